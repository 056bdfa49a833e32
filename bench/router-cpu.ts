import type { BridgeService } from '../test/real/services/bridge.ts';
import type { KafkaService } from '../test/real/services/kafka.ts';
import type { RedisService } from '../test/real/services/redis.ts';
import { BATCH } from './batched-queue.ts';
import type { Emulators } from './emulators.ts';
import { type AsyncRun, workInLanes } from './paired.ts';
import { cpuTimeOf } from './whole-way/process-cpu.ts';

export interface RouterServices {
  kafka: KafkaService;
  redis: RedisService;
  bridge: BridgeService;
  emulators: Emulators;
}

/**
 * Where an event's CPU time goes when both are run once, in µs: a row for each part, of the router and of the copier. What the
 * consumer does is its own; all else is its neighbours', which have machines of their own in the cloud.
 */
export async function cpuByPart(services: RouterServices, relay: AsyncRun, copy: AsyncRun): Promise<string[][]> {
  const parts = partsOf(services);
  const relayed = await microsOf(parts, relay);
  const copied = await microsOf(parts, copy);
  const rows = Object.keys(parts).map((part) => [part, text(relayed.get(part)), text(copied.get(part))]);
  return [...rows, ['all', text(sum(relayed)), text(sum(copied))]];
}

const sum = (micros: ReadonlyMap<string, number>) => [...micros.values()].reduce((all, each) => all + each, 0);
const text = (micros = Number.NaN): string => micros.toFixed(0);

type Parts = Record<string, () => number | Promise<number>>;

/** CPU time so far of each, in ms. */
const partsOf = ({ kafka, redis, bridge, emulators }: RouterServices): Parts => ({
  'the consumer': () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  },
  'SQS and DynamoDB, emulated': emulators.cpuMs,
  'REST bridge': () => cpuTimeOf(bridge.pid).allMs,
  Redis: () => cpuTimeOf(redis.pid).allMs,
  Kafka: () => kafka.pids.reduce((sum, pid) => sum + cpuTimeOf(pid).allMs, 0),
});

async function microsOf(parts: Parts, run: AsyncRun): Promise<Map<string, number>> {
  const taken = async () => Promise.all(Object.values(parts).map((cpuMs) => cpuMs()));
  await run.prepare?.(run.calls);
  const before = await taken();
  await workInLanes(run);
  const after = await taken();
  const events = run.calls * BATCH;
  return new Map(
    Object.keys(parts).map((part, n) => [part, (((after[n] ?? Number.NaN) - (before[n] ?? 0)) * 1000) / events]),
  );
}
