import type { Conditional, FilterRecordStore } from '../../lib/dedup/filter-record.ts';
import type { Ledger } from '../../lib/dedup/ledger.ts';
import { UnavailableError } from '../../lib/platform/errors.ts';

/** The ledger in memory. `items` is open to tests; `faults` says what fails now. */
export function switchableLedger(): Ledger & {
  items: Map<string, number>;
  faults: { read: boolean; write: boolean };
  commits: number;
} {
  const items = new Map<string, number>();
  const faults = { read: false, write: false };
  return {
    items,
    faults,
    commits: 0,
    async find(ledgerKeys) {
      if (faults.read) throw new UnavailableError('ledger-unavailable', 'switched off');
      const found = [...ledgerKeys].filter((key) => items.has(key));
      return { receivedAtMs: new Map(found.map((key) => [key, items.get(key) ?? 0])), unanswered: new Set() };
    },
    async commit(originals) {
      this.commits++;
      if (faults.write) return new Set();
      for (const [key, atMs] of originals) items.set(key, atMs);
      return new Set(originals.keys());
    },
    takesWrites: async () => !faults.write,
  };
}

/** A filter record that takes every write: what it is for is tested with the deduplicator. */
export function openFilterRecord(): FilterRecordStore {
  let sinceMs = 0;
  const done = async (): Promise<Conditional> => 'done';
  return {
    read: async () => ({ sinceMs, listed: new Map() }),
    damage: done,
    list: done,
    async cover(neededMs, toMs) {
      if (sinceMs >= neededMs) return 'refused';
      sinceMs = toMs;
      return 'done';
    },
  };
}
