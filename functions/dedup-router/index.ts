import middy from '@middy/core';
import type { Context, ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDeduplicator } from '../../lib/dedup/deduplicator.ts';
import { createDynamoFilterRecord } from '../../lib/dedup/dynamo-filter-record.ts';
import { createDynamoLedger } from '../../lib/dedup/dynamo-ledger.ts';
import { bloomGeometry } from '../../lib/dedup/geometry.ts';
import { createUpstashBloomWindow } from '../../lib/dedup/upstash-bloom-window.ts';
import { createDncHistory } from '../../lib/dnc/history.ts';
import { createDncQueue } from '../../lib/dnc/queue.ts';
import { createDynamo, createSecretsManager, createSqs } from '../../lib/platform/aws.ts';
import { createCallDeadline } from '../../lib/platform/call-deadline.ts';
import { systemClock as clock } from '../../lib/platform/clock.ts';
import { createDeadLetters } from '../../lib/platform/dead-letters.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { codeOf, messageOf } from '../../lib/platform/errors.ts';
import { createLog } from '../../lib/platform/logging.ts';
import { createMetrics } from '../../lib/platform/metrics.ts';
import { createQueueReader } from '../../lib/platform/queue-reader.ts';
import { secretsFrom } from '../../lib/platform/secrets.ts';
import { byShortWay } from '../../lib/platform/short-way.ts';
import { createVisibility } from '../../lib/platform/visibility.ts';
import { createInteractionStates } from '../../lib/routing/interaction-state.ts';
import { createAvroValues } from '../../lib/routing/schema-registry/avro-values.ts';
import { parseRegistryCredentials } from '../../lib/routing/schema-registry/credentials.ts';
import { createHttpRegistry } from '../../lib/routing/schema-registry/http-registry.ts';
import { readBundledStage } from '../../lib/stage/bundled.ts';
import { countedMetrics } from '../../lib/telemetry/counted-metrics.ts';
import { countedSink } from '../../lib/telemetry/counted-sink.ts';
import { countersOf } from '../../lib/telemetry/counters-of.ts';
import { keyOf } from '../../lib/telemetry/counts.ts';
import { countedDeduplicator, isRemembered } from '../../lib/telemetry/remembered-events.ts';
import { environmentSchema } from './config.ts';
import { createDrain } from './drain.ts';
import { createHandler } from './handler.ts';
import { parseKafkaCredentials, parseUpstashCredentials } from './secrets.ts';
import { topicSinkOf } from './topic-sink.ts';

const SERVICE = 'dedup-router';
const HOUR_MS = 3_600_000;

const environment = readEnvironment(environmentSchema, process.env);
const stage = readBundledStage(import.meta.url);
const log = createLog(SERVICE, stage.name);

const calls = createCallDeadline(clock);
const dynamoClient = createDynamo({ maxAttempts: 3, requestTimeoutMs: 2000 });
const dynamo = calls.bind(byShortWay(dynamoClient));
const sqs = calls.bind(createSqs({ maxAttempts: 3, requestTimeoutMs: 2000 }));
const secretsManager = calls.bind(createSecretsManager({ maxAttempts: 2, requestTimeoutMs: 2000 }));

const secretOf = secretsFrom(secretsManager, clock, log);

const windowMs = stage.dedup.windowHours * HOUR_MS;
const counters = countersOf({
  isOn: stage.telemetry.counters,
  dynamo,
  table: environment.CONTROL_TABLE,
  service: SERVICE,
  clock,
  log,
  isKept: isRemembered(windowMs),
});
const collectedMs = environment.METRICS_AT_ONCE === undefined ? undefined : 0;
const metrics = countedMetrics(createMetrics(SERVICE, stage.name, clock, collectedMs), counters);
const onFault = (store: string, error: unknown) =>
  log.warn('deduplication store failed', { store, reason: codeOf(error), error: messageOf(error) });

const bloom =
  stage.dedup.filter === 'off'
    ? undefined
    : createUpstashBloomWindow({
        stage: stage.name,
        geometry: bloomGeometry(stage.dedup),
        windowMs,
        credentials: secretOf(environment.UPSTASH_SECRET_NAME, parseUpstashCredentials),
      });

const registryUrl = stage.schemaRegistry.url;
const registrySecret = stage.secrets.schemaRegistry;
const registryCredentials = registrySecret === null ? undefined : secretOf(registrySecret, parseRegistryCredentials);

const router = createHandler({
  deduplicator: countedDeduplicator(
    createDeduplicator({
      bloom,
      record: createDynamoFilterRecord({
        dynamo,
        table: environment.LEDGER_TABLE,
        onRetired: (generations) => counters?.add(keyOf('retired'), generations),
      }),
      ledger: createDynamoLedger({
        dynamo,
        table: environment.LEDGER_TABLE,
        clock,
        windowMs,
        onWriteFault: (error) => onFault('ledger', error),
      }),
      clock,
      windowMs,
      onFault,
    }),
    counters,
  ),
  sink: countedSink(
    topicSinkOf({
      kafka: stage.kafka,
      topicLogDir: environment.TOPIC_LOG_DIR,
      credentials: secretOf(environment.KAFKA_SECRET_NAME, parseKafkaCredentials),
      region: process.env.AWS_REGION ?? '',
      awsCredentials: () => dynamoClient.config.credentials(),
      clock,
      log,
    }),
    counters,
    clock,
  ),
  avroValues:
    registryUrl === null
      ? undefined
      : createAvroValues({
          registry: createHttpRegistry({ url: registryUrl, credentials: registryCredentials, clock }),
          clock,
        }),
  dncQueue: createDncQueue({
    dynamo,
    table: environment.DNC_QUEUE_TABLE,
    history: createDncHistory({
      dynamo,
      table: environment.DNC_HISTORY_TABLE,
      historyYears: stage.dnc.historyYears,
      clock,
    }),
  }),
  interactionStates: createInteractionStates({ dynamo, table: environment.INTERACTION_STATE_TABLE }),
  deadLetters: createDeadLetters({ sqs, queueUrl: environment.DEAD_LETTER_QUEUE_URL }),
  visibility: createVisibility({ sqs, queueUrl: environment.EVENTS_QUEUE_URL }),
  calls,
  clock,
  log,
  metrics,
  counters,
  settings: {
    routing: stage.routing,
    strategies: stage.dedup.strategies,
    interactionStateTopic: stage.kafka.interactionStateTopic,
    retry: stage.retry,
  },
});

const drain = createDrain({
  queue: createQueueReader({
    sqs,
    queueUrl: environment.EVENTS_QUEUE_URL,
    queueArn: '', // nothing here asks where a record is from
    region: process.env.AWS_REGION ?? '',
    batchSize: 10,
    waitSeconds: 1,
  }),
  work: router,
  log,
});

/** Batches of the event source, or with `routerRuns: "every-minute"` a tick of the clock. */
export const handler = middy<SQSEvent | ScheduledEvent, SQSBatchResponse | undefined, Error, Context>(
  async (event: SQSEvent | ScheduledEvent, context: Context) => {
    if ('Records' in event) return router(event, context);
    await drain(context);
    return undefined;
  },
);
