import type { RemovalPolicy } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from '../lib/stage/names.ts';
import type { Stage } from '../lib/stage/stage.ts';
import type { EventsQueue } from './events-queue.ts';
import type { Tables } from './tables.ts';

/** What dashboard and alarms look at. */
export interface WatchedParts {
  stage: Stage;
  api: HttpApi;
  queues: EventsQueue;
  tables: Tables;
  /** Those that the stage has. */
  lambdas: ReadonlyMap<FunctionName, Lambda>;
  removalPolicy: RemovalPolicy;
}
