import { codeOf, messageOf } from '../../lib/platform/errors.ts';

/**
 * Why a record comes again, which decides how soon (`retry-delays.ts`):
 * - `fault`: something could not be reached; backs off.
 * - `time`: its turn did not come before the time was over; at once.
 * - `elder`: an earlier record has to be answered first; together with that one.
 */
export type RetryCause = 'fault' | 'time' | 'elder';

export interface Retry {
  kind: 'retry';
  cause: RetryCause;
  /** Stable code. */
  reason: string;
  detail?: string;
}
export interface Parked {
  kind: 'parked';
  reason: string;
  detail: string;
}

/** What became of one step for one event: done, or what the event's outcome is instead. */
export type StepResult = { kind: 'done' } | Parked | Retry;

/** What became of a record. Every record ends in exactly one. */
export type Outcome = { kind: 'routed' } | { kind: 'duplicate' } | Parked | Retry;

export const DONE: StepResult = { kind: 'done' };
export const outOfTime: Retry = { kind: 'retry', cause: 'time', reason: 'out-of-time' };
export const behindElder = (reason: string): Retry => ({ kind: 'retry', cause: 'elder', reason });
export const retryAfter = (error: unknown, reason = codeOf(error)): Retry => ({
  kind: 'retry',
  cause: 'fault',
  reason,
  detail: messageOf(error),
});

/** The worst of an event's steps: once parked it must not come again, else any retry brings it back. */
export function worstOf(results: readonly (StepResult | undefined)[]): StepResult {
  const all = results.filter((result) => result !== undefined);
  return all.find(({ kind }) => kind === 'parked') ?? all.find(({ kind }) => kind === 'retry') ?? DONE;
}
