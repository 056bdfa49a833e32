import { generationOf, olderGenerations } from '../dedup/generations.ts';
import type { Deduplicator } from '../dedup/types.ts';
import type { ClusterCounters } from './cluster-counters.ts';
import { keyOf, labelsIn } from './counts.ts';
import type { Totals } from './totals.ts';

/** The same decisions; originals that the ledger has taken are counted by the 24 hours of their receipt. */
export function countedDeduplicator(
  deduplicator: Deduplicator,
  counters: Pick<ClusterCounters, 'add'> | undefined,
): Deduplicator {
  if (counters === undefined) return deduplicator;
  return {
    async decide(batch) {
      const decision = await deduplicator.decide(batch);
      return {
        ...decision,
        async commit(published, deadlineMs) {
          const committed = await decision.commit(published, deadlineMs);
          for (const { receivedAtMs } of committed) counters.add(keyOf('remembered', generationOf(receivedAtMs)));
          return committed;
        },
      };
    },
  };
}

/** Events that the window remembers: the originals of the days that it reaches into, so up to a day more. */
export function rememberedIn(totals: Totals, windowMs: number, nowMs: number): number {
  const oldest = oldestGeneration(windowMs, nowMs);
  return Object.entries(totals).reduce((sum, [key, count]) => {
    const generation = Number(labelsIn('remembered', key)?.[0] ?? Number.NEGATIVE_INFINITY);
    return generation >= oldest ? sum + count : sum;
  }, 0);
}

/** For `ClusterCountersSettings.isKept`: days that the window has left, and a spare one for clocks, are let go. */
export const isRemembered =
  (windowMs: number) =>
  (key: string, nowMs: number): boolean => {
    const [generation] = labelsIn('remembered', key) ?? [];
    return generation === undefined || Number(generation) >= oldestGeneration(windowMs, nowMs) - 1;
  };

const oldestGeneration = (windowMs: number, nowMs: number): number => generationOf(nowMs) - olderGenerations(windowMs);
