import {
  COLLECTED,
  DRAIN,
  ENVELOPE_BYTES,
  LEDGER_READ_MS,
  LOG_BYTES,
  LOG_EVENT_OVERHEAD_BYTES,
  MEMORY_MIB,
  RECEIVER_MS,
  REDIS_CALL_BYTES,
  ROUTER_BATCH_MS,
} from './assumptions.ts';
import { type FilterPlan, planFilter } from './filter.ts';
import type { Load } from './load.ts';

const API_CHUNK_BYTES = 512 * 1024;
const SQS_CHUNK_BYTES = 64 * 1024;
const MIB_A_GIB = 1024;
const FULL_BATCH = 10;

/** What the parts do each second under a load. */
export interface Usage {
  apiRequests: number;
  receiverInvocations: number;
  receiverGibSeconds: number;
  batches: number;
  /** Of a router that works batches all the time; with its receive and delete, where it makes them itself. */
  batchSeconds: number;
  routerInvocations: number;
  routerGibSeconds: number;
  /** Calls; and what of them is paid for, each 64 KB begun. */
  sqsCalls: { send: number; receive: number; delete: number };
  sqsRequests: { send: number; receive: number; delete: number };
  messageBytes: number;
  filter: FilterPlan | undefined;
  redisCalls: number;
  redisBytes: number;
  recordReads: number;
  /** Repeats are always read; of new events those that the filter takes for possible repeats. */
  ledgerReads: { repeats: number; maybes: number };
  ledgerWrites: number;
  dncEvents: number;
  kafkaRecords: number;
  logBytes: { receiver: number; router: number; access: number };
}

/** By the code: functions/webhook-receiver/handler.ts for an event, functions/dedup-router/work-batch.ts for a batch. */
export function usageOf(load: Load): Usage {
  const { eventsPerSecond: events, duplicates, sizeBytes, batchSize, dncShare } = load;
  const fresh = events * (1 - duplicates);
  const byMinute = load.routerRuns === 'every-minute';
  const batches = events / batchSize;
  const runs = byMinute ? DRAIN.runsPerSecond : 0;
  const messageBytes = ENVELOPE_BYTES + 4 * Math.ceil(sizeBytes / 3);
  const filter = load.filter === 'upstash' ? planFilter(fresh) : undefined;
  const redisCalls = filter ? batches : 0;
  const maybes = fresh * (filter ? filter.maybeRate : 1);
  const ledgerReads = { repeats: events * duplicates, maybes };
  const askedShare = (ledgerReads.repeats + maybes) / events;
  const batchSeconds = (batchMs(batchSize, askedShare) + (byMinute ? DRAIN.batchMs : 0)) / 1000;
  const routerSeconds = batches * batchSeconds + (runs * DRAIN.emptyReceiveMs) / 1000;
  return {
    apiRequests: events * chunks(sizeBytes, API_CHUNK_BYTES),
    receiverInvocations: events,
    receiverGibSeconds: (events * RECEIVER_MS * MEMORY_MIB.receiver) / MIB_A_GIB / 1000,
    batches,
    batchSeconds,
    routerInvocations: byMinute ? runs : batches,
    routerGibSeconds: (routerSeconds * MEMORY_MIB.router) / MIB_A_GIB,
    sqsCalls: { send: events, receive: batches + runs, delete: batches },
    sqsRequests: {
      send: events * chunks(messageBytes, SQS_CHUNK_BYTES),
      receive: batches * chunks(batchSize * messageBytes, SQS_CHUNK_BYTES) + runs,
      delete: batches,
    },
    messageBytes,
    filter,
    redisCalls,
    redisBytes: redisCalls * (REDIS_CALL_BYTES.base + batchSize * REDIS_CALL_BYTES.eachEvent),
    recordReads: batches,
    ledgerReads,
    ledgerWrites: fresh,
    dncEvents: fresh * dncShare,
    kafkaRecords: fresh * (1 - dncShare),
    logBytes: logBytes(events, batches, batchSeconds),
  };
}

/**
 * Events in an average batch when so many routers work at a time: each takes what has come while all were busy, so that
 * batches grow until they keep pace, up to ten. A run by the clock finds a minute's events.
 */
export function batchSizeWith(load: Omit<Load, 'batchSize'>, routers: number): number {
  if (load.routerRuns === 'every-minute')
    return Math.min(FULL_BATCH, Math.max(1, load.eventsPerSecond / DRAIN.runsPerSecond));
  let batchSize = 1;
  for (let round = 0; round < 100; round++) {
    const waiting = (load.eventsPerSecond * usageOf({ ...load, batchSize }).batchSeconds) / routers;
    batchSize = Math.min(FULL_BATCH, Math.max(1, waiting));
  }
  return batchSize;
}

const chunks = (bytes: number, size: number) => Math.max(1, Math.ceil(bytes / size));

/** A batch that asks the ledger for any of its events waits for that answer. */
function batchMs(batchSize: number, askedShare: number): number {
  const asks = 1 - (1 - Math.min(1, askedShare)) ** batchSize;
  return ROUTER_BATCH_MS.base + batchSize * ROUTER_BATCH_MS.eachEvent + asks * LEDGER_READ_MS;
}

function logBytes(events: number, batches: number, batchSeconds: number): Usage['logBytes'] {
  const line = (bytes: number) => bytes + LOG_EVENT_OVERHEAD_BYTES;
  const { receiverLine, routerLine, routerMetrics, routerMetricsABatch, accessLine } = LOG_BYTES;
  const environments = Math.ceil(batches * batchSeconds);
  const collected = Math.min(batches, environments / COLLECTED.seconds) + batches / COLLECTED.batches;
  return {
    receiver: events * line(receiverLine),
    router: events * line(routerLine) + collected * line(routerMetrics) + batches * routerMetricsABatch,
    access: events * line(accessLine),
  };
}
