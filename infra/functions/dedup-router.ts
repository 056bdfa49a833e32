import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { DedupRouterEnvironment } from '../../functions/dedup-router/config.ts';
import type { Stage } from '../../lib/stage/stage.ts';
import { topicsOf } from '../../lib/stage/topics.ts';
import { allowCounting } from '../control-items.ts';
import type { EventsQueue } from '../events-queue.ts';
import { type FunctionContext, RelayFunction } from '../relay-function.ts';
import type { Secrets } from '../secrets.ts';
import type { Tables } from '../tables.ts';

export interface RouterParts {
  queues: EventsQueue;
  tables: Tables;
  secrets: Secrets;
  batchSize: number;
}

/**
 * Works the events queue. In a VPC it needs ways out (docs/security.md); the stack creates none, the network is its owner's.
 */
export function dedupRouter(
  scope: Construct,
  context: FunctionContext,
  { queues, tables, secrets, batchSize }: RouterParts,
): RelayFunction<DedupRouterEnvironment> {
  const { Ledger, InteractionState, DncQueue, DncHistory, Control } = tables.byName;
  const router = new RelayFunction<DedupRouterEnvironment>(scope, 'DedupRouter', context, {
    name: 'dedup-router',
    description: 'Deduplicates events and routes them, in order, to Kafka and the DNC queue',
    environment: {
      EVENTS_QUEUE_URL: queues.events.queueUrl,
      DEAD_LETTER_QUEUE_URL: queues.deadLetter.queueUrl,
      LEDGER_TABLE: Ledger.tableName,
      INTERACTION_STATE_TABLE: InteractionState.tableName,
      DNC_QUEUE_TABLE: DncQueue.tableName,
      DNC_HISTORY_TABLE: DncHistory.tableName,
      UPSTASH_SECRET_NAME: secrets.nameOf('upstash'),
      KAFKA_SECRET_NAME: secrets.nameOf('kafka'),
      CONTROL_TABLE: context.stage.telemetry.counters ? Control.tableName : undefined,
    },
    memoryMiB: 1024, // up to 6 MB of events a batch in several forms, TLS to five neighbours at once
    vpc: context.stage.vpc,
    quietWarnings: ['TimeoutNegativeWarning'], // kafkajs 2.2.4 sets a timer for a moment long past, with each connection
  });
  router.allow(
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
    [queues.events.queueArn],
  );
  router.allow(['sqs:SendMessage'], [queues.deadLetter.queueArn]);
  router.allow(
    ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'],
    [Ledger.tableArn],
  );
  router.allow(['dynamodb:UpdateItem'], [InteractionState.tableArn]);
  router.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [DncQueue.tableArn]);
  router.allow(['dynamodb:PutItem'], [DncHistory.tableArn]);
  if (context.stage.telemetry.counters) allowCounting(router, Control);
  secrets.grantRead(router.role, ['upstash', 'kafka', 'schemaRegistry']);
  const { mskClusterArn } = context.stage.kafka;
  if (mskClusterArn !== null) writeToMsk(router, mskClusterArn, context.stage);
  if (context.stage.routerRuns === 'every-minute') runEveryMinute(router, context.stage.routerConcurrency ?? 1);
  else consume(router, queues, batchSize, context.stage.routerConcurrency);
  return router;
}

/** What an idempotent producer asks of MSK's access control, for the topics of the stage file alone. */
function writeToMsk(router: RelayFunction<DedupRouterEnvironment>, clusterArn: string, stage: Stage): void {
  router.allow(['kafka-cluster:Connect', 'kafka-cluster:WriteDataIdempotently'], [clusterArn]);
  router.allow(
    ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
    topicsOf(stage).map(({ name }) => `${clusterArn.replace(':cluster/', ':topic/')}/${name}`),
  );
}

/** So many runs side by side, at most the five targets of a rule. As for the other schedules: a tick that was not delivered in time is dropped, and the next one does its work. */
function runEveryMinute({ lambda }: RelayFunction<DedupRouterEnvironment>, runs: number): void {
  const once = { maxEventAge: Duration.minutes(1), retryAttempts: 0 };
  lambda.configureAsyncInvoke(once);
  new Rule(lambda, 'EveryMinute', {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: Array.from({ length: runs }, () => new LambdaFunction(lambda, once)),
  });
}

/** No batching window: FIFO has none. Failed records alone come back (`batchItemFailures`). */
function consume(
  router: RelayFunction<DedupRouterEnvironment>,
  queues: EventsQueue,
  batchSize: number,
  maxConcurrency: number | null,
): void {
  const mapping = new EventSourceMapping(router, 'Events', {
    target: router.lambda,
    eventSourceArn: queues.events.queueArn,
    batchSize,
    reportBatchItemFailures: true,
    ...(maxConcurrency !== null && { maxConcurrency }),
  });
  mapping.node.addDependency(router.role); // Lambda checks the right to receive when the mapping is made
}
