import type { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FunctionName } from '../lib/stage/names.ts';

export interface ScheduledFunction {
  /** One that the stage does not have does not tick. */
  name: FunctionName;
  every: Duration;
}

/**
 * Ticks. A tick that could not be delivered within its age is dropped and a failed run is not repeated: the next tick does
 * the work. Both EventBridge's delivery and Lambda's own asynchronous retries (two, for hours, by default) are told so.
 */
export class Schedules extends Construct {
  constructor(
    scope: Construct,
    id: string,
    maxEventAge: Duration,
    lambdas: ReadonlyMap<FunctionName, Lambda>,
    functions: Record<string, ScheduledFunction>,
  ) {
    super(scope, id);
    for (const [id, { name, every }] of Object.entries(functions)) {
      const lambda = lambdas.get(name);
      if (lambda === undefined) continue;
      lambda.configureAsyncInvoke({ maxEventAge, retryAttempts: 0 });
      new Rule(this, id, {
        schedule: Schedule.rate(every),
        targets: [new LambdaFunction(lambda, { maxEventAge, retryAttempts: 0 })],
      });
    }
  }
}
