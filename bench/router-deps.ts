import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { RouterDeps } from '../functions/dedup-router/deps.ts';
import { createDeduplicator } from '../lib/dedup/deduplicator.ts';
import { createDynamoFilterRecord } from '../lib/dedup/dynamo-filter-record.ts';
import { createDynamoLedger } from '../lib/dedup/dynamo-ledger.ts';
import { bloomGeometry } from '../lib/dedup/geometry.ts';
import { createUpstashBloomWindow, type UpstashCredentials } from '../lib/dedup/upstash-bloom-window.ts';
import { createDncHistory } from '../lib/dnc/history.ts';
import { createDncQueue } from '../lib/dnc/queue.ts';
import { createCallDeadline } from '../lib/platform/call-deadline.ts';
import { systemClock as clock } from '../lib/platform/clock.ts';
import { createDeadLetters } from '../lib/platform/dead-letters.ts';
import { createLog } from '../lib/platform/logging.ts';
import { createMetrics } from '../lib/platform/metrics.ts';
import { byShortWay } from '../lib/platform/short-way.ts';
import { createVisibility } from '../lib/platform/visibility.ts';
import { createInteractionStates } from '../lib/routing/interaction-state.ts';
import type { TopicSink } from '../lib/routing/sink.ts';
import type { Stage } from '../lib/stage/stage.ts';
import { type Emulators, LOCAL_CLIENT } from './emulators.ts';

const WINDOW_MS = 72 * 3_600_000;
const BUDGET_MS = 5_000;

export interface RouterParts {
  stage: Stage;
  emulators: Emulators;
  redis: UpstashCredentials;
  sink: TopicSink;
}

/** As functions/dedup-router/index.ts wires them, on local parts. A fault of a store ends the measurement: it would flatter. */
export function routerDeps({ stage, emulators, redis, sink }: RouterParts): RouterDeps {
  const calls = createCallDeadline(clock);
  const dynamo = calls.bind(byShortWay(new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: emulators.dynamoUrl })));
  const sqs = calls.bind(new SQSClient({ ...LOCAL_CLIENT, endpoint: emulators.sqsUrl }));
  const table = 'Ledger';
  return {
    deduplicator: createDeduplicator({
      bloom: createUpstashBloomWindow({
        stage: stage.name,
        geometry: bloomGeometry(stage.dedup),
        windowMs: WINDOW_MS,
        credentials: { get: async () => redis, refetch: async () => false },
        budgetMs: BUDGET_MS,
      }),
      record: createDynamoFilterRecord({ dynamo, table }),
      ledger: createDynamoLedger({ dynamo, table, clock, windowMs: WINDOW_MS, onWriteFault: raise }),
      clock,
      windowMs: WINDOW_MS,
      onFault: (_store, error) => raise(error),
    }),
    sink,
    avroValues: undefined,
    dncQueue: createDncQueue({
      dynamo,
      table: 'DncQueue',
      history: createDncHistory({ dynamo, table: 'DncHistory', historyYears: 5, clock }),
    }),
    interactionStates: createInteractionStates({ dynamo, table: 'InteractionState' }),
    deadLetters: createDeadLetters({ sqs, queueUrl: emulators.deadLetterUrl }),
    visibility: createVisibility({ sqs, queueUrl: emulators.eventsUrl }),
    calls,
    clock,
    log: createLog('dedup-router', stage.name),
    metrics: createMetrics('dedup-router', stage.name),
    settings: {
      routing: stage.routing,
      strategies: stage.dedup.strategies,
      interactionStateTopic: stage.kafka.interactionStateTopic,
      retry: stage.retry,
    },
  };
}

function raise(error: unknown): never {
  throw error;
}
