import type { Construct } from 'constructs';
import type { MetricsEndpointEnvironment } from '../../functions/metrics-endpoint/config.ts';
import { COUNTER_IDS } from '../../lib/telemetry/dynamo-counter-slots.ts';
import { allowItems } from '../control-items.ts';
import type { EventsQueue } from '../events-queue.ts';
import { type FunctionContext, RelayFunction } from '../relay-function.ts';
import type { Secrets } from '../secrets.ts';
import type { Tables } from '../tables.ts';

export interface MetricsEndpointParts {
  queues: EventsQueue;
  tables: Tables;
  secrets: Secrets;
}

/** Tells Prometheus what was counted. Reads, and nothing else. */
export function metricsEndpoint(
  scope: Construct,
  context: FunctionContext,
  { queues, tables, secrets }: MetricsEndpointParts,
): RelayFunction<MetricsEndpointEnvironment> {
  const { Control } = tables.byName;
  const endpoint = new RelayFunction<MetricsEndpointEnvironment>(scope, 'MetricsEndpoint', context, {
    name: 'metrics-endpoint',
    description: 'Answers GET /metrics for Prometheus',
    environment: {
      CONTROL_TABLE: Control.tableName,
      EVENTS_QUEUE_URL: queues.events.queueUrl,
      PROMETHEUS_SECRET_NAME: secrets.nameOf('prometheus'),
    },
    memoryMiB: 512, // a scraper waits ten seconds, a cold start included
  });
  allowItems(endpoint, Control, ['dynamodb:BatchGetItem'], [`${COUNTER_IDS}*`]);
  endpoint.allow(['sqs:GetQueueAttributes'], [queues.events.queueArn]);
  secrets.grantRead(endpoint.role, ['prometheus']);
  return endpoint;
}
