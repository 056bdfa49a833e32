import type { Totals } from './totals.ts';

/** Who wrote a slot last; `version` grows with every write of a slot, whoever writes. */
export interface SlotStamp {
  owner: string;
  version: number;
}

/** Totals that one process at a time adds to. */
export interface CounterSlot extends SlotStamp {
  writtenAtMs: number;
  /** The last write of each of the last owners before, oldest first, PAST_OWNERS at most. */
  past: readonly SlotStamp[];
  totals: Totals;
}

/**
 * By these a process that was away for long learns what became of its last write. A slot changes hands only after an owner's
 * silence of STALE_MS, so that they reach back more than half an hour.
 */
export const PAST_OWNERS = 3;

/**
 * The slots 0, 1, 2 … of one service. The one without a gap that is no more: slots are never deleted, and only the first
 * unwritten one is ever begun. Their sum is the count. One contract suite runs on every implementation.
 */
export interface CounterSlots {
  /** Slots `from` to `from + count - 1`, strongly; undefined: never written. Rejects when it cannot be told. */
  read(from: number, count: number, signal?: AbortSignal): Promise<(CounterSlot | undefined)[]>;
  /**
   * Replaces a slot that was last written by `expected` (undefined: by nobody). Rejects when it may or may not have been
   * written, or may yet be.
   */
  write(
    index: number,
    slot: CounterSlot,
    expected: SlotStamp | undefined,
    signal?: AbortSignal,
  ): Promise<'done' | 'refused'>;
}

/** For a search; a sum begins with few, because most services have few, and each key asked for is a read unit. */
const PAGE = 25;
const FIRST_PAGE = 4;

/** Sum over all slots. Each is read strongly, and its totals only grow, so a later sum is never below an earlier one. */
export async function sumOfSlots(slots: CounterSlots): Promise<Totals> {
  const sum: Record<string, number> = {};
  for (let from = 0, count = FIRST_PAGE; ; from += count, count = PAGE) {
    const page = await slots.read(from, count);
    for (const slot of page) {
      if (slot === undefined) return sum;
      for (const [key, value] of Object.entries(slot.totals)) sum[key] = (sum[key] ?? 0) + value;
    }
  }
}

/** The first slot from `from` on that was never written, or not since `staleBeforeMs`. */
export async function findFreeSlot(
  slots: CounterSlots,
  from: number,
  staleBeforeMs: number,
  signal?: AbortSignal,
): Promise<{ index: number; slot: CounterSlot | undefined }> {
  for (let first = from; ; first += PAGE) {
    const page = await slots.read(first, PAGE, signal);
    const offset = page.findIndex((slot) => slot === undefined || slot.writtenAtMs < staleBeforeMs);
    if (offset !== -1) return { index: first + offset, slot: page[offset] };
  }
}
