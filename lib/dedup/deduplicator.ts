import { type DeduplicatorDeps, decideBatch, NO_STATS, retryAll } from './batch-decision.ts';
import { RETRY_REASONS } from './batch-fates.ts';
import type { Ledger, LedgerAnswer } from './ledger.ts';
import type { DedupDecision, DedupEvent, Deduplicator } from './types.ts';
import type { SeenGenerations } from './window-check.ts';

export type { DeduplicatorDeps, DedupStore } from './batch-decision.ts';

/**
 * Decides batches by Bloom window, filter record and ledger (design §4, steps 1 to 6, and the commit of step 7;
 * `test/spec/filter-model.mjs` is the same protocol, executable).
 *
 * After a commit that did not write everything, all events are `retry` until the ledger has taken a write again: otherwise
 * each redelivery would be published once more.
 */
export function createDeduplicator(deps: DeduplicatorDeps): Deduplicator {
  const seen: SeenGenerations = new Map();
  let ledgerWriteFailed = false;

  return {
    async decide(batch) {
      if (ledgerWriteFailed) {
        if (!(await deps.ledger.takesWrites())) return allRetry(batch, RETRY_REASONS.unwritable);
        ledgerWriteFailed = false;
      }
      if (batch.length === 0) return { verdicts: new Map(), stats: NO_STATS, commit: async () => new Set() };
      const { verdicts, stats, answer } = await decideBatch(deps, seen, batch);
      return {
        verdicts,
        stats,
        async commit(published, deadlineMs) {
          const originals = published.filter((event) => verdicts.get(event)?.fate === 'new');
          const committed = await commitOriginals(deps.ledger, originals, answer, deadlineMs);
          if (committed.size < originals.length) ledgerWriteFailed = true;
          return committed;
        },
      };
    },
  };
}

const allRetry = (batch: readonly DedupEvent[], reason: string): DedupDecision => ({
  verdicts: retryAll(batch, reason),
  stats: NO_STATS,
  commit: async () => new Set(),
});

async function commitOriginals(
  ledger: Ledger,
  originals: readonly DedupEvent[],
  answer: LedgerAnswer,
  deadlineMs: number,
): Promise<Set<DedupEvent>> {
  const items = new Map<string, number>();
  for (const { ledgerKey, receivedAtMs } of originals) {
    // never lower: an event that comes late must not make the ledger forget a newer original
    const known = Math.max(items.get(ledgerKey) ?? 0, answer.receivedAtMs.get(ledgerKey) ?? 0);
    items.set(ledgerKey, Math.max(receivedAtMs, known));
  }
  if (items.size === 0) return new Set();
  const written = await ledger.commit(items, deadlineMs);
  return new Set(originals.filter((event) => written.has(event.ledgerKey)));
}
