import type { Clock } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Log } from '../platform/logging.ts';
import { type CounterSlot, type CounterSlots, findFreeSlot } from './counter-slots.ts';
import { claimAttempt, fateOf, nextAttempt, type SlotAttempt } from './slot-attempt.ts';
import { plus, Tally, type Totals } from './totals.ts';

/** Counts of this process that become part of the stage's. */
export interface ClusterCounters {
  add(key: string, by?: number): void;
  /**
   * Writes what was counted, within its own time budget; what could not be written is kept and goes with the next time.
   * Never rejects, and leaves nothing under way. Call it at the end of each invocation, one call at a time.
   */
  write(): Promise<void>;
}

export interface ClusterCountersSettings {
  slots: CounterSlots;
  clock: Clock;
  log: Log;
  /** Of one `write`. */
  budgetMs?: number;
  /** Unique for each claim of a slot. */
  freshOwner: () => string;
  /** Counts that need not be kept any longer are left out of the next write; default: all are kept. */
  isKept?: (key: string, nowMs: number) => boolean;
}

/** The longest that an invocation can take: whoever has not written for so long is most likely gone. */
export const STALE_MS = 900_000;
const DEFAULT_BUDGET_MS = 200;
/** Slots that are lost to others in one go; the budget ends it in practice. */
const MAX_STEPS = 20;

/**
 * Counts into one slot at a time, by absolute totals under a condition, so that nothing counts twice. Lost is only what a
 * process had not written when it died, and what an open write carried whose fate cannot be told any more, three owners later;
 * that is logged.
 *
 *     count ──▶ pending ──▶ attempt ──done──▶ ours
 *                  ▲           │ refused: the slot is read; landed ──▶ ours; lost ──▶ pending, and another slot is claimed
 *                  └───────────┘ no answer: the same attempt again, next time
 */
export function createClusterCounters(settings: ClusterCountersSettings): ClusterCounters {
  const { slots, clock, log, budgetMs = DEFAULT_BUDGET_MS, freshOwner, isKept } = settings;
  const tally = new Tally();
  let pending: Totals = {};
  let ours: { index: number; slot: CounterSlot } | undefined;
  let open: SlotAttempt | undefined;
  let searchFrom = 0;

  const begin = async (signal: AbortSignal): Promise<SlotAttempt> => {
    const nowMs = clock.nowMs();
    const kept = (slot: CounterSlot): CounterSlot => ({ ...slot, totals: withoutOld(slot.totals, nowMs) });
    if (ours !== undefined) return nextAttempt(ours.index, kept(ours.slot), pending, nowMs);
    const free = await findFreeSlot(slots, searchFrom, nowMs - STALE_MS, signal);
    searchFrom = free.index;
    return claimAttempt(free.index, free.slot && kept(free.slot), freshOwner(), pending, nowMs);
  };
  const withoutOld = (totals: Totals, nowMs: number): Totals =>
    isKept === undefined ? totals : Object.fromEntries(Object.entries(totals).filter(([key]) => isKept(key, nowMs)));

  const settle = async (attempt: SlotAttempt, signal: AbortSignal): Promise<void> => {
    if ((await slots.write(attempt.index, attempt.slot, attempt.expected, signal)) === 'done') {
      ours = attempt;
      open = undefined;
      return;
    }
    const [now] = await slots.read(attempt.index, 1, signal);
    const fate = fateOf(attempt, now);
    if (fate === 'unknown') log.warn('counts left out: too many have had the slot since', { ...attempt.carried });
    if (fate === 'lost') pending = plus(pending, attempt.carried);
    searchFrom = ours === undefined && now !== undefined ? attempt.index + 1 : 0;
    ours = now?.owner === attempt.slot.owner ? { index: attempt.index, slot: now } : undefined;
    open = undefined;
  };

  return {
    add: (key, by) => tally.add(key, by),
    async write() {
      pending = plus(pending, tally.take());
      const signal = AbortSignal.timeout(budgetMs);
      try {
        for (let step = 0; step < MAX_STEPS; step++) {
          if (open === undefined) {
            if (Object.keys(pending).length === 0) return;
            open = await begin(signal);
            pending = {};
          }
          await settle(open, signal);
        }
      } catch (error) {
        log.warn('counters not written; they go with the next invocation', { error: messageOf(error) });
      }
    },
  };
}
