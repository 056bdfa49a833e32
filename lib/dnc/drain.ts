import type { AuditTrail } from '../platform/audit-port.ts';
import type { Clock } from '../platform/clock.ts';
import type { HeldLease } from '../platform/lease.ts';
import type { Log } from '../platform/logging.ts';
import { createAnswerSteps, type Stop } from './answer-steps.ts';
import { adaptiveBatchSize } from './batch-size.ts';
import type { DncApi } from './dnc-api.ts';
import { type DueWishes, READ_WISHES } from './due-wishes.ts';
import { createFates, type Tally } from './fates.ts';
import { createGroupRun, type GroupRun } from './group-run.ts';
import type { DncHistory } from './history.ts';
import { type Batch, createLanes, type Lanes } from './lanes.ts';
import { type LatenessSettings, leaseCover } from './lease-cover.ts';
import type { Pause } from './pause.ts';
import { createRequestSender } from './request-sender.ts';
import type { Settlement } from './settlement.ts';
import type { DncItem } from './types.ts';

export interface DrainSettings {
  wishes: DueWishes;
  settlement: Settlement;
  history: DncHistory;
  api: DncApi;
  audit: AuditTrail;
  pause: Pause;
  batchSize: number;
  maxAttempts: number;
  lateness: LatenessSettings;
  clock: Clock;
  log: Log;
  random: () => number;
}

export interface DrainRun {
  lease: HeldLease;
  acquiredAtMs: number;
  leaseMs: number;
  /** Every request has ended by then (epoch ms); settling the last one may take a few seconds more. */
  deadlineMs: number;
}

/**
 * Sends what is due, the longest due first, until nothing is (`empty`) or the run must stop. Releases the lease once no request can
 * outlive it unnoticed. `tally` is filled in as it goes, so it is right even when this rejects. An error ends its own lane only:
 * an opt-in to which CXone's answer is 403 holds up no opt-out. It is thrown at the end.
 */
export async function drain(settings: DrainSettings, run: DrainRun, tally: Tally): Promise<'empty' | Stop> {
  const { clock, pause } = settings;
  if ((await pause.untilMs()) > clock.nowMs()) {
    await run.lease.release();
    return 'throttled';
  }
  const groups = assemble(settings, run, tally);
  const laneErrors: unknown[] = [];
  const [drained] = await Promise.allSettled([drainPasses(settings, groups, laneErrors)]);
  await groups.settle(drained.status === 'fulfilled' ? drained.value : undefined);
  await run.lease.release();
  if (drained.status === 'rejected') throw drained.reason;
  if (laneErrors.length > 0) throw laneErrors[0];
  return drained.value ?? 'empty';
}

function assemble(settings: DrainSettings, run: DrainRun, tally: Tally): GroupRun {
  const { lateness, clock } = settings;
  const size = adaptiveBatchSize(settings.batchSize);
  const fates = createFates(settings, tally);
  const cover = leaseCover(run.lease, { ...run, durationMs: run.leaseMs, lateness, clock });
  const sender = createRequestSender({ ...settings, cover });
  const timeLeftMs = () => run.deadlineMs - clock.nowMs() - lateness.beginMs - lateness.timeoutMs;
  const steps = createAnswerSteps({ ...settings, fates, size, timeLeftMs });
  return createGroupRun({ sender, steps, fates, size, timeLeftMs }, tally);
}

/** Passes over the index until one finds nothing to send: new wishes come while others are sent. */
async function drainPasses(
  settings: DrainSettings,
  groups: GroupRun,
  laneErrors: unknown[],
): Promise<Stop | undefined> {
  const lanes = createLanes(settings.api, settings.batchSize);
  for (;;) {
    let sentSome = false;
    for await (const { lane, items } of dueBatches(settings, lanes)) {
      sentSome = true;
      try {
        const stop = await groups.send(items);
        if (stop !== undefined) return stop;
      } catch (error) {
        laneErrors.push(error);
        lanes.end(lane);
      }
    }
    await groups.settle(undefined);
    if (!sentSome) return undefined;
  }
}

/** Batches of one lane. Contacts that gave trouble before go last, so that they hold nobody up. */
async function* dueBatches(settings: DrainSettings, lanes: Lanes): AsyncGenerator<Batch> {
  const troublesome: DncItem[] = [];
  for await (const item of dueItems(settings)) {
    if (item.lastError !== null) troublesome.push(item);
    else yield* lanes.add(item);
  }
  yield* lanes.rest();
  for (const item of troublesome) yield* lanes.add(item);
  yield* lanes.rest();
}

async function* dueItems({ wishes, clock }: DrainSettings): AsyncGenerator<DncItem> {
  let numbers: string[] = [];
  const readNumbers = async (): Promise<DncItem[]> => {
    const items = await wishes.read(numbers);
    numbers = [];
    return items.filter((item) => maySend(item, clock.nowMs()));
  };
  for await (const number of wishes.due(clock.nowMs())) {
    if (numbers.push(number) === READ_WISHES) yield* await readNumbers();
  }
  yield* await readNumbers();
}

/** The index may be stale, and an earlier request of the number may still be executed. */
function maySend({ state, nextAttemptAtMs, notBeforeMs }: DncItem, nowMs: number): boolean {
  return state === 'pending' && nextAttemptAtMs <= nowMs && notBeforeMs <= nowMs;
}
