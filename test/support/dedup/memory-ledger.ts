import type { Ledger } from '../../../lib/dedup/ledger.ts';

/** The ledger in memory; `items` is open to tests. */
export function memoryLedger(): Ledger & { items: Map<string, number> } {
  const items = new Map<string, number>();
  return {
    items,
    async find(ledgerKeys) {
      const found = [...items].filter(([key]) => ledgerKeys.has(key));
      return { receivedAtMs: new Map(found), unanswered: new Set() };
    },
    async commit(originals) {
      for (const [key, receivedAtMs] of originals) items.set(key, receivedAtMs);
      return new Set(originals.keys());
    },
    takesWrites: async () => true,
  };
}
