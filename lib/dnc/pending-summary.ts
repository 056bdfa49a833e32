import { FAILED_SHARDS } from './index-shards.ts';
import { PENDING_SHARDS } from './item.ts';
import { type ItemReaderSettings, READ_ITEMS, readItems } from './item-reader.ts';
import { countShards, type IndexSettings, shardEnds } from './shard-pages.ts';

export interface PendingSummary {
  pending: number;
  failed: number;
  /** Since the receipt of the oldest wish that CXone has not confirmed; 0 when none is pending. */
  oldestPendingAgeSeconds: number;
}

/** Read at each end of each shard: 8 × 2 × 12 items, two BatchGetItem calls. */
const END_KEYS = 12;

/**
 * Counts by the index, never by a scan. The oldest wish is looked for at both ends of each shard: those never sent lie at the
 * front by their receipt, those put off lie at the back. Bound: with more than 12 put off in a shard, one in the middle
 * may be older; it is seen when it comes to the front, at the latest when it is due.
 */
export async function pendingSummary(settings: IndexSettings & ItemReaderSettings): Promise<PendingSummary> {
  const [pending, failed, ends] = await Promise.all([
    countShards(settings, PENDING_SHARDS),
    countShards(settings, FAILED_SHARDS),
    Promise.all(PENDING_SHARDS.map((shard) => shardEnds(settings, shard, END_KEYS))),
  ]);
  const numbers = [...new Set(ends.flat().map(({ phoneNumber }) => phoneNumber))];
  let oldestMs = Number.POSITIVE_INFINITY;
  for (let start = 0; start < numbers.length; start += READ_ITEMS) {
    for (const { state, receivedAtMs } of await readItems(settings, numbers.slice(start, start + READ_ITEMS))) {
      if (state === 'pending') oldestMs = Math.min(oldestMs, receivedAtMs);
    }
  }
  const ageMs = Number.isFinite(oldestMs) ? Math.max(0, settings.clock.nowMs() - oldestMs) : 0;
  return { pending, failed, oldestPendingAgeSeconds: Math.floor(ageMs / 1000) };
}
