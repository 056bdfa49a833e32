import type { Conditional, FilterRecordStore } from '../../../lib/dedup/filter-record.ts';

/** The filter record in memory. */
export function memoryFilterRecord(): FilterRecordStore {
  let sinceMs = 0;
  const listed = new Map<number, string>();
  const when = (condition: boolean, change: () => void): Conditional => {
    if (!condition) return 'refused';
    change();
    return 'done';
  };
  return {
    read: async () => ({ sinceMs, listed: new Map(listed) }),
    damage: async ({ was, now, sinceMs: toMs }) =>
      when(
        [...was].every(([n, stamp]) => listed.get(n) === stamp),
        () => {
          for (const n of was.keys()) listed.delete(n);
          for (const [n, stamp] of now) listed.set(n, stamp);
          sinceMs = Math.max(sinceMs, toMs);
        },
      ),
    list: async (stamps, forget) =>
      when(
        [...stamps].every(([n, stamp]) => !listed.has(n) || listed.get(n) === stamp),
        () => {
          for (const n of forget) listed.delete(n);
          for (const [n, stamp] of stamps) listed.set(n, stamp);
        },
      ),
    cover: async (neededMs, toMs) =>
      when(sinceMs < neededMs, () => {
        sinceMs = toMs;
      }),
  };
}
