import type { CxoneOutcome } from './counted-cxone.ts';
import { type Count, keyOf, labelsIn } from './counts.ts';
import { BUCKET_BOUNDS_SECONDS } from './latency-buckets.ts';
import { rememberedIn } from './remembered-events.ts';
import type { Totals } from './totals.ts';

/** The stage's counts by their meaning; everything but `rememberedEvents` and `filterCapacity` only grows. */
export interface Snapshot {
  /** Decided for good: routed, dropped as a repeat, or parked. */
  received: number;
  deduplicated: number;
  routed: number;
  parked: number;
  retries: number;
  generationsRetired: number;
  rememberedEvents: number;
  /** Events that a generation of the Bloom window is made for; 0 without one. */
  filterCapacity: number;
  deliveries: ReadonlyMap<string, number>;
  deliveryErrors: ReadonlyMap<string, number>;
  /** Deliveries a bucket, not cumulated; the last has no bound. */
  latencyBuckets: readonly number[];
  latencySumSeconds: number;
  cxone: readonly { endpoint: string; outcome: CxoneOutcome; count: number }[];
}

export interface SnapshotSettings {
  /** Topics of the stage: shown from the first moment on, so that their rates begin at 0. */
  topics: readonly string[];
  windowMs: number;
  filterCapacity: number;
}

export function snapshotOf(totals: Totals, settings: SnapshotSettings, nowMs: number): Snapshot {
  const total = (count: Count, ...labels: (string | number)[]): number => totals[keyOf(count, ...labels)] ?? 0;
  const labelled = (count: Count): [string[], number][] =>
    Object.entries(totals).flatMap(([key, value]): [string[], number][] => {
      const labels = labelsIn(count, key);
      return labels === undefined ? [] : [[labels, value]];
    });
  const byTopic = (count: Count): Map<string, number> =>
    new Map([
      ...settings.topics.map((topic): [string, number] => [topic, 0]),
      ...labelled(count).map(([[topic = ''], value]): [string, number] => [topic, value]),
    ]);
  const [routed, deduplicated, parked] = [total('routed'), total('duplicate'), total('parked')];
  return {
    received: routed + deduplicated + parked,
    deduplicated,
    routed,
    parked,
    retries: total('retried'),
    generationsRetired: total('retired'),
    rememberedEvents: rememberedIn(totals, settings.windowMs, nowMs),
    filterCapacity: settings.filterCapacity,
    deliveries: byTopic('delivered'),
    deliveryErrors: byTopic('undelivered'),
    latencyBuckets: [...BUCKET_BOUNDS_SECONDS, 0].map((_, index) => total('latencyBucket', index)),
    latencySumSeconds: total('latencySumMs') / 1000,
    cxone: labelled('cxone').map(([[endpoint = '', outcome = ''], count]) => ({
      endpoint,
      outcome: outcome as CxoneOutcome,
      count,
    })),
  };
}
