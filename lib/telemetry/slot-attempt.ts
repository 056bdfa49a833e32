import { type CounterSlot, PAST_OWNERS, type SlotStamp } from './counter-slots.ts';
import { plus, type Totals } from './totals.ts';

/** One write of a slot. It is repeated as it is until it is known what became of it, so at most one is ever open. */
export interface SlotAttempt {
  index: number;
  slot: CounterSlot;
  expected: SlotStamp | undefined;
  /** What it adds to the slot's totals. */
  carried: Totals;
}

/** `unknown`: nobody can tell any more. */
export type Fate = 'landed' | 'lost' | 'unknown';

/** Adds to a slot that is ours already. */
export function nextAttempt(index: number, ours: CounterSlot, carried: Totals, nowMs: number): SlotAttempt {
  const slot = { ...ours, version: ours.version + 1, writtenAtMs: nowMs, totals: plus(ours.totals, carried) };
  return { index, slot, expected: stampOf(ours), carried };
}

/** Takes over a slot as it was read, and adds to it in the same write. */
export function claimAttempt(
  index: number,
  read: CounterSlot | undefined,
  owner: string,
  carried: Totals,
  nowMs: number,
): SlotAttempt {
  const past = read === undefined ? [] : [...read.past, stampOf(read)].slice(-PAST_OWNERS);
  const version = (read?.version ?? 0) + 1;
  const slot = { owner, version, writtenAtMs: nowMs, past, totals: plus(read?.totals ?? {}, carried) };
  return { index, slot, expected: read && stampOf(read), carried };
}

/**
 * What became of an attempt that was refused, by the slot as it is now. A refused one cannot land later either: what it
 * expects was there before and never comes again, since each write has a version of its own.
 */
export function fateOf({ slot, expected }: SlotAttempt, now: CounterSlot | undefined): Fate {
  if (now === undefined) return 'lost'; // somebody has deleted it, and with it what was counted before
  const mine = [stampOf(now), ...now.past].find(({ owner }) => owner === slot.owner);
  if (mine !== undefined) return mine.version >= slot.version ? 'landed' : 'lost';
  // a claim that was forestalled: everybody who came after the owner it was to follow is known, and it is not among them
  const isComplete =
    expected === undefined
      ? now.past.length < PAST_OWNERS
      : [stampOf(now), ...now.past].some(({ owner }) => owner === expected.owner);
  return isComplete ? 'lost' : 'unknown';
}

const stampOf = ({ owner, version }: SlotStamp): SlotStamp => ({ owner, version });
