import { UPSTASH_RECORD_LIMIT_BYTES } from '../../lib/dedup/geometry.ts';
import { BATCHER, DRAIN, RECEIVER_MS } from './assumptions.ts';
import { bitmapBytes } from './filter.ts';
import type { Load } from './load.ts';
import { QUOTAS, STAGE_DEFAULTS } from './quotas.ts';
import { type Usage, usageOf } from './usage.ts';

export interface Bottleneck {
  limit: string;
  /** What the load asks for, in the unit of `allowed`. */
  asked: number;
  allowed: number;
  unit: string;
  /** `asked / allowed`; from 1 on the limit is met. */
  share: number;
  /** Share from which on it is to be raised: early where a burst would be refused, 1 where a day's sum counts. */
  raiseFrom: number;
  /**
   * What lifts it: a setting of the stage file, a request to AWS or Upstash, or nothing, because the design itself ends there.
   */
  lifted: 'stage file' | 'on request' | 'by design';
  goOn: string;
}

/** Traffic is not even: a quota should carry twice the average. */
const HEADROOM = 2;

/** Every limit on an event's way under this load, and on that of a preference back to CXone, the nearest first. */
export function bottlenecks(load: Load): Bottleneck[] {
  const usage = usageOf(load);
  const all = [
    ...stageLimits(load, usage),
    ...awsLimits(load, usage),
    ...storeLimits(load, usage),
    batcherLimit(usage),
  ];
  return all.sort((a, b) => b.share - a.share);
}

const perDay = ({ eventsPerSecond, duplicates }: Load) => Math.ceil(eventsPerSecond * (1 - duplicates) * 86_400);

type Facts = Omit<Bottleneck, 'share' | 'raiseFrom'> & { raiseFrom?: number };
const limit = (facts: Facts): Bottleneck => ({
  raiseFrom: 1 / HEADROOM,
  ...facts,
  share: facts.asked / facts.allowed,
});

function stageLimits(load: Load, usage: Usage): Bottleneck[] {
  const rate = usage.filter?.falsePositiveRate;
  const byMinute = limit({
    limit: 'router, one run a minute',
    asked: load.eventsPerSecond,
    allowed: (DRAIN.workSeconds * DRAIN.runsPerSecond * load.batchSize) / usage.batchSeconds,
    unit: 'events/s',
    raiseFrom: 0.7,
    lifted: 'stage file',
    goOn: 'set routerConcurrency to as many runs side by side as it takes, at most 5; or routerRuns to "continuously"',
  });
  return [
    ...(load.routerRuns === 'every-minute' ? [byMinute] : []),
    limit({
      limit: "stage's own throttle",
      asked: usage.apiRequests,
      allowed: STAGE_DEFAULTS.apiRequestsPerSecond,
      unit: 'requests/s',
      lifted: 'stage file',
      goOn: `set apiThrottling.requestsPerSecond and .burst to ${ceilTo(HEADROOM * usage.apiRequests)}`,
    }),
    limit({
      limit: "filter's design size",
      asked: perDay(load),
      allowed: STAGE_DEFAULTS.eventsPerDay,
      unit: 'events/day',
      raiseFrom: 1,
      lifted: 'stage file',
      goOn:
        rate === undefined
          ? 'set dedup.filter to "off": the ledger decides alone'
          : `set dedup.eventsPerDay to ${perDay(load)} and .falsePositiveRate to ${rate}`,
    }),
  ];
}

function awsLimits(load: Load, usage: Usage): Bottleneck[] {
  const { sqsCalls, batches, batchSeconds } = usage;
  const receivers = (load.eventsPerSecond * RECEIVER_MS) / 1000;
  const routers = batches * batchSeconds;
  const concurrency = receivers + routers;
  const invocations = usage.receiverInvocations + batches;
  return [
    limit({
      limit: 'API Gateway, account throttle',
      asked: usage.apiRequests,
      allowed: QUOTAS.apiRequestsPerSecond,
      unit: 'requests/s',
      lifted: 'on request',
      goOn: `ask AWS for a throttle of ${ceilTo(HEADROOM * usage.apiRequests)} requests/s, shared by all APIs of the region`,
    }),
    limit({
      limit: 'SQS FIFO, calls of one kind',
      asked: sqsCalls.send,
      allowed: QUOTAS.sqsCallsPerSecond,
      unit: 'sends/s',
      lifted: 'on request',
      goOn: 'ask AWS for more; sends cannot be batched, since a 202 waits for its own. Or divide by kind of event over several stages',
    }),
    limit({
      limit: 'SQS FIFO, one message group',
      asked: load.eventsPerSecond / load.activeKeys,
      allowed: QUOTAS.sqsCallsPerGroupPerSecond,
      unit: 'sends/s',
      lifted: 'by design',
      goOn: 'one order key is one message group: give busy keys a finer contactId, where order allows it',
    }),
    limit({
      limit: 'router, one order key',
      asked: load.eventsPerSecond / load.activeKeys,
      allowed: 10 / batchSeconds,
      unit: 'events/s',
      lifted: 'by design',
      goOn: 'a group is worked by one invocation at a time, ten events each: give busy keys a finer contactId',
    }),
    limit({
      limit: 'Lambda, concurrency',
      asked: concurrency,
      allowed: QUOTAS.lambdaConcurrency,
      unit: 'at once',
      lifted: 'on request',
      goOn: `ask AWS for ${ceilTo(HEADROOM * concurrency)} (new accounts may start with 10); about ${Math.ceil(receivers)} are receivers, ${Math.ceil(routers)} routers`,
    }),
    limit({
      limit: 'Lambda, scaling of one function',
      asked: Math.max(receivers, routers),
      allowed: QUOTAS.lambdaScaling,
      unit: 'new in 10 s',
      lifted: 'by design',
      goOn: 'a function gains 1,000 environments in ten seconds: a sudden start is answered 429 or 503 that long, and CXone sends again',
    }),
    limit({
      limit: 'Lambda, invocations',
      asked: invocations,
      allowed: QUOTAS.lambdaConcurrency * QUOTAS.lambdaInvocationsPerConcurrency,
      unit: 'invocations/s',
      lifted: 'on request',
      goOn: `ten a second for each unit of concurrency: ask AWS for a concurrency of ${ceilTo((HEADROOM * invocations) / QUOTAS.lambdaInvocationsPerConcurrency)}`,
    }),
    limit({
      limit: 'event source, batches at once',
      asked: routers,
      allowed: Math.min(QUOTAS.eventSourceConcurrency, load.activeKeys),
      unit: 'at once',
      lifted: 'by design',
      goOn: 'at most one batch for each active order key, and 1,000 in all: fuller batches, or several stages by kind of event',
    }),
  ];
}

function storeLimits(load: Load, usage: Usage): Bottleneck[] {
  const { ledgerReads, ledgerWrites, recordReads, redisCalls, batches, batchSeconds } = usage;
  const reads = ledgerReads.repeats + ledgerReads.maybes + recordReads;
  const always = [
    limit({
      limit: 'filter record, one item',
      asked: recordReads,
      allowed: QUOTAS.dynamoItemReadUnitsPerSecond,
      unit: 'batches/s',
      lifted: 'by design',
      goOn: 'one item is read strongly once a batch: fuller batches first; then several stages by kind of event, each with its own record, queue and filter',
    }),
    limit({
      limit: 'ledger, writes to a new table',
      asked: ledgerWrites,
      allowed: QUOTAS.dynamoNewTableWritesPerSecond,
      unit: 'units/s',
      lifted: 'on request',
      goOn: `pre-warm it: aws dynamodb update-table --warm-throughput ReadUnitsPerSecond=${ceilTo(Math.max(QUOTAS.dynamoNewTableReadsPerSecond, HEADROOM * reads))},WriteUnitsPerSecond=${ceilTo(HEADROOM * ledgerWrites)}; on demand it doubles by itself within half an hour`,
    }),
    limit({
      limit: 'ledger, units of a table',
      asked: Math.max(ledgerWrites, reads),
      allowed: QUOTAS.dynamoTableUnitsPerSecond,
      unit: 'units/s',
      lifted: 'on request',
      goOn: `ask AWS for ${ceilTo(HEADROOM * Math.max(ledgerWrites, reads))} units a table and as many an account`,
    }),
    limit({
      limit: 'MSK, connections of a broker',
      asked: 2 * batches * batchSeconds, // the broker a producer asks for metadata may be the one it writes to
      allowed: QUOTAS.mskConnectionsPerBroker,
      unit: 'connections',
      lifted: 'on request',
      goOn: `each router holds one producer: larger brokers, or fewer routers by fuller batches`,
    }),
  ];
  if (usage.filter === undefined) return always;
  return [
    ...always,
    limit({
      limit: 'Upstash, commands',
      asked: redisCalls,
      allowed: QUOTAS.upstashCommandsPerSecond,
      unit: 'commands/s',
      lifted: 'on request',
      goOn: 'a larger plan of Upstash, fuller batches, or dedup.filter "off"',
    }),
    limit({
      limit: "Upstash, record of a day's bitmap",
      asked: bitmapBytes(perDay(load)),
      allowed: UPSTASH_RECORD_LIMIT_BYTES,
      unit: 'bytes at 0.001',
      raiseFrom: 1,
      lifted: 'stage file',
      goOn: `set dedup.falsePositiveRate to ${usage.filter.falsePositiveRate}: more ledger reads, nothing else`,
    }),
    limit({
      limit: 'Redis, one core',
      asked: load.eventsPerSecond,
      allowed: QUOTAS.redisCoreEventsPerSecond,
      unit: 'events/s',
      lifted: 'by design',
      goOn: 'a stage has one filter: dedup.filter "off", or several stages by kind of event',
    }),
  ];
}

/** Numbers a second that one run after the other tells CXone. */
export const batcherNumbersPerSecond =
  ((1 - BATCHER.keptSeconds / BATCHER.runSeconds) * STAGE_DEFAULTS.dncBatchSize) / BATCHER.requestSeconds;

/** CXone's own limit, 50 requests a second, is not met by one at a time. */
const batcherLimit = ({ dncEvents }: Usage): Bottleneck =>
  limit({
    limit: 'DNC batcher, one request at a time',
    asked: dncEvents,
    allowed: batcherNumbersPerSecond,
    unit: 'numbers/s',
    raiseFrom: 0.7,
    lifted: 'by design',
    goOn: 'no older wish of a number may overtake a newer one, so one run sends one request after another: what is more waits for it. Divide the numbers over several stages',
  });

/** Two significant digits, for figures that somebody types. */
function ceilTo(value: number): number {
  const unit = Math.max(1, 10 ** (Math.floor(Math.log10(Math.max(1, value))) - 1));
  return Math.ceil(value / unit) * unit;
}
