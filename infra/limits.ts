import { ConfigError } from '../lib/platform/errors.ts';
import { ALL_FUNCTION_NAMES, type FunctionName } from '../lib/stage/names.ts';

/** HTTP API ends an integration after 30 s; the receiver must have answered by then. */
const API_GATEWAY_TIMEOUT_SECONDS = 30;
/** Of the router's time, 5 s are kept for commit, visibility and log (functions/dedup-router/deadlines.ts); Kafka ends before. */
const ROUTER_LEAST_SECONDS = 10;
/** Of the batcher's, one request to CXone may take 40 s and 15 s are kept to settle it; with less it refuses to run. */
const BATCHER_LEAST_SECONDS = 60;
const LAMBDA_MAX_TIMEOUT_SECONDS = 900;
/** AWS's own rule for a queue that feeds a Lambda. Here it also keeps a group with one invocation at a time (design §3). */
const VISIBILITY_PER_FUNCTION_TIMEOUT = 6;
const FIFO_MAX_BATCH = 10;
const SQS_MAX_RECEIVE_COUNT = 1000;
const SQS_MAX_RETENTION_DAYS = 14;
const SQS_MAX_MESSAGE_BYTES = 1_048_576;

/** The numbers that hold the parts together. Whoever changes one is told at synth which other one it breaks. */
export interface Limits {
  timeoutSeconds: Record<FunctionName, number>;
  eventsQueue: {
    batchSize: number;
    visibilitySeconds: number;
    retentionDays: number;
    maxReceiveCount: number;
    maxMessageBytes: number;
  };
  schedules: { maxEventAgeSeconds: number };
}

/**
 * Receiver: API Gateway's 30 s less what the caller's own network may take; one SQS call and its retry end far below it.
 * Router: a minute for a batch of ten, with its Kafka deadline and the commit inside. Batcher: long enough for 110
 * requests of a full queue; ticks that find its lease held end at once. Reconciler: below its interval of five minutes.
 * Endpoint: as long as Prometheus waits. Exporter: long enough for the requests of a week's points.
 */
export const LIMITS: Limits = {
  timeoutSeconds: {
    'webhook-receiver': 15,
    'dedup-router': 60,
    'dnc-batcher': 300,
    'subscription-reconciler': 270,
    'token-refresher': 60,
    'metrics-endpoint': 10,
    'influx-exporter': 120,
  },
  eventsQueue: {
    batchSize: 10,
    visibilitySeconds: 360,
    retentionDays: 14,
    maxReceiveCount: 1000,
    maxMessageBytes: SQS_MAX_MESSAGE_BYTES,
  },
  schedules: { maxEventAgeSeconds: 60 },
};

/** @throws ConfigError that lists every relation that does not hold. */
export function assertLimits(limits: Limits): void {
  const faults = [...timeoutFaults(limits), ...queueFaults(limits)];
  if (faults.length > 0)
    throw new ConfigError('infra/limits.ts', `\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}

function* timeoutFaults({ timeoutSeconds, schedules }: Limits): Generator<string> {
  for (const name of ALL_FUNCTION_NAMES) {
    const seconds = timeoutSeconds[name];
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > LAMBDA_MAX_TIMEOUT_SECONDS)
      yield `timeoutSeconds.${name}: ${seconds} must be a whole number from 1 to ${LAMBDA_MAX_TIMEOUT_SECONDS}`;
  }
  const receiver = timeoutSeconds['webhook-receiver'];
  if (receiver >= API_GATEWAY_TIMEOUT_SECONDS)
    yield `timeoutSeconds.webhook-receiver: ${receiver} must be below API Gateway's ${API_GATEWAY_TIMEOUT_SECONDS} s, or CXone gets a 503 for events that were queued`;
  if (timeoutSeconds['dedup-router'] < ROUTER_LEAST_SECONDS)
    yield `timeoutSeconds.dedup-router: ${timeoutSeconds['dedup-router']} must be at least ${ROUTER_LEAST_SECONDS}, or nothing is left for publishing before the commit`;
  if (timeoutSeconds['dnc-batcher'] < BATCHER_LEAST_SECONDS)
    yield `timeoutSeconds.dnc-batcher: ${timeoutSeconds['dnc-batcher']} must be at least ${BATCHER_LEAST_SECONDS}, or no request to CXone fits into a run`;
  if (schedules.maxEventAgeSeconds < 60)
    yield `schedules.maxEventAgeSeconds: ${schedules.maxEventAgeSeconds} must be at least EventBridge's 60`;
}

function* queueFaults({ timeoutSeconds, eventsQueue }: Limits): Generator<string> {
  const { batchSize, visibilitySeconds, retentionDays, maxReceiveCount, maxMessageBytes } = eventsQueue;
  const router = timeoutSeconds['dedup-router'];
  if (visibilitySeconds < VISIBILITY_PER_FUNCTION_TIMEOUT * router)
    yield `eventsQueue.visibilitySeconds: ${visibilitySeconds} must be at least ${VISIBILITY_PER_FUNCTION_TIMEOUT} × the router's time-out of ${router} s, or two invocations could work one group at a time`;
  if (batchSize < 1 || batchSize > FIFO_MAX_BATCH)
    yield `eventsQueue.batchSize: ${batchSize} must be 1 to ${FIFO_MAX_BATCH}, all that Lambda takes of a FIFO queue`;
  if (maxReceiveCount < 1 || maxReceiveCount > SQS_MAX_RECEIVE_COUNT)
    yield `eventsQueue.maxReceiveCount: ${maxReceiveCount} must be 1 to ${SQS_MAX_RECEIVE_COUNT}`;
  if (retentionDays !== SQS_MAX_RETENTION_DAYS)
    yield `eventsQueue.retentionDays: ${retentionDays} must be ${SQS_MAX_RETENTION_DAYS}: the router retries for 13 days and needs the rest to park`;
  if (maxMessageBytes !== SQS_MAX_MESSAGE_BYTES)
    yield `eventsQueue.maxMessageBytes: ${maxMessageBytes} must be ${SQS_MAX_MESSAGE_BYTES}: a full event as base64 takes half of it`;
}
