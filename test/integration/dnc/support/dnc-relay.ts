import { type BatcherReport, type BatcherResult, createHandler } from '../../../../functions/dnc-batcher/handler.ts';
import { createAuditTrail } from '../../../../lib/audit/trail.ts';
import type { DncApi } from '../../../../lib/dnc/dnc-api.ts';
import { type DrainSettings, drain } from '../../../../lib/dnc/drain.ts';
import { DEFAULT_LATENESS, DEFAULT_LEASE_MS } from '../../../../lib/dnc/lease-cover.ts';
import type { DncEvent, DncItem, DncPreference } from '../../../../lib/dnc/types.ts';
import type { Clock } from '../../../../lib/platform/clock.ts';
import { recordingLog } from '../../../support/log.ts';
import { memoryAuditStore } from '../../../support/memory-audit-store.ts';
import { killable } from './killable.ts';
import type { Outside } from './outside.ts';
import { recordingMetrics } from './recording-metrics.ts';

export const MINUTE_MS = 60_000;

export interface DncRelayOptions {
  clock: Clock;
  api: DncApi;
  outside: Outside;
  settings?: Partial<Pick<DrainSettings, 'batchSize' | 'maxAttempts' | 'lateness'>>;
  leaseMs?: number;
}

export interface RunOptions {
  /** As if the lease had been lost without notice. */
  ignoreLease?: boolean;
  timeOutMs?: number;
}

/** The batcher as it is deployed, but for its composition root; the process that runs it can be killed. */
export function createDncRelay({ clock, api, outside, settings, ...options }: DncRelayOptions) {
  const life = killable();
  const { guard } = life;
  const { wishes, settlement, history, pause } = outside;
  const log = recordingLog();
  const metrics = recordingMetrics();
  const auditStore = memoryAuditStore();
  const keys = async () => ({ key: 'a-key-of-more-than-16-characters' });
  const trail = createAuditTrail({ store: auditStore, stream: 'dnc', keys, clock, log });
  const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
  const alive = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
    return (...args: A) => guard(() => call(...args));
  };
  const drainSettings: DrainSettings = {
    wishes: { due: wishes.due, read: alive(wishes.read) },
    settlement: {
      confirm: alive(settlement.confirm),
      retryLater: alive(settlement.retryLater),
      fail: alive(settlement.fail),
    },
    history: { append: alive(history.append), read: alive(history.read) },
    api: { laneOf: api.laneOf, send: alive(api.send) },
    audit: { append: alive(trail.append), digest: trail.digest },
    pause: { untilMs: alive(pause.untilMs), set: alive(pause.set) },
    batchSize: 100,
    maxAttempts: 10,
    lateness: DEFAULT_LATENESS,
    clock,
    log,
    random: Math.random,
    ...settings,
  };
  const forgotten = async () => ({ renew: async () => true, release: async () => undefined });
  const leased = alive(async () => {
    const lease = await outside.acquireLease(leaseMs);
    return lease && { renew: alive(lease.renew), release: alive(lease.release) };
  });

  const runAny = ({ ignoreLease, timeOutMs = 300_000 }: RunOptions = {}): Promise<BatcherResult> =>
    createHandler({
      acquireLease: ignoreLease ? forgotten : leased,
      leaseMs,
      drain: (run, tally) => drain(drainSettings, run, tally),
      summary: alive(outside.summary),
      longestRequestMs: drainSettings.lateness.beginMs + drainSettings.lateness.timeoutMs,
      clock,
      log,
      metrics,
    })(undefined, { getRemainingTimeInMillis: () => timeOutMs });

  return {
    ...outside,
    log,
    metrics,
    auditRecords: auditStore.tables.records,
    auditDigest: trail.digest,
    life,
    runAny,
    /** A run that must not find the lease taken. */
    async run(run: RunOptions = {}): Promise<BatcherReport> {
      const result = await runAny(run);
      if (result.status === 'busy') throw new Error('the lease is held by another');
      return result;
    },
    item: async (phoneNumber: string): Promise<DncItem | undefined> => (await wishes.read([phoneNumber]))[0],
    async items(numbers: readonly string[]): Promise<DncItem[]> {
      const items: DncItem[] = [];
      for (let at = 0; at < numbers.length; at += 100) items.push(...(await wishes.read(numbers.slice(at, at + 100))));
      return items;
    },
    /** A run a minute until nothing is pending. */
    async runUntilDone(advance: (ms: number) => void, limit = 1000): Promise<void> {
      for (let runs = 0; runs < limit; runs++) {
        const result = await runAny();
        if (result.status === 'done' && result.remaining === 0) return;
        advance(MINUTE_MS);
      }
      throw new Error('numbers are still pending');
    },
  };
}
export type DncRelay = ReturnType<typeof createDncRelay>;

/** The i-th test number: +1 415 555 0000 and up. */
export const numberOf = (index: number): string => `+1415${5_550_000 + index}`;

let lastEvent = 0;
export function eventOf(
  phoneNumber: string,
  preference: DncPreference,
  eventTimeMs: number,
  receivedAtMs = eventTimeMs,
): DncEvent {
  const eventId = `event-${String(++lastEvent).padStart(8, '0')}`;
  return { phoneNumber, preference, eventTime: new Date(eventTimeMs).toISOString(), eventId, receivedAtMs };
}
