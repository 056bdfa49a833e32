import type { DedupEvent, Deduplicator, DedupStats } from '../../../lib/dedup/types.ts';

let lastId = 0;
export const dedupEvent = (ledgerKey: string, receivedAtMs: number, groupId = ledgerKey): DedupEvent => ({
  id: `message-${++lastId}`,
  ledgerKey,
  groupId,
  receivedAtMs,
});

export type Outcome = 'routed' | 'duplicate' | 'retry';

export interface RoutedBatch {
  outcomes: Outcome[];
  stats: DedupStats;
}

/** What the router does around the deduplicator when every destination works: publish what is new, commit it, answer. */
export async function routeBatch(deduplicator: Deduplicator, batch: readonly DedupEvent[]): Promise<RoutedBatch> {
  const { verdicts, stats, commit } = await deduplicator.decide(batch);
  const fresh = batch.filter((event) => verdicts.get(event)?.fate === 'new');
  const committed = await commit(fresh, Date.now() + 60_000);
  const outcomes = batch.map((event): Outcome => {
    const verdict = verdicts.get(event);
    if (verdict?.fate === 'duplicate') return 'duplicate';
    if (verdict?.fate === 'copy') return committed.has(verdict.of) ? 'duplicate' : 'retry';
    return committed.has(event) ? 'routed' : 'retry';
  });
  return { outcomes, stats };
}

/** One event in a batch of its own. */
export async function routeOne(deduplicator: Deduplicator, ledgerKey: string, receivedAtMs: number): Promise<Outcome> {
  const { outcomes } = await routeBatch(deduplicator, [dedupEvent(ledgerKey, receivedAtMs)]);
  return outcomes[0] ?? 'retry';
}
