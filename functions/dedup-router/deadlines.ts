import type { Clock } from '../../lib/platform/clock.ts';

/**
 * How an invocation's time is shared out, from its end backwards:
 *
 *     start ── decide, publish, write ──▶ publishBy ── commit ──▶ commitBy ── visibility ──▶ answerBy ── log ──▶ Lambda's end
 *
 * so that what was published can still be committed, whatever the time before was spent on.
 */
export interface Deadlines {
  publishByMs: number;
  commitByMs: number;
  answerByMs: number;
}

const LOG_MS = 500;
const VISIBILITY_MS = 1500;
const COMMIT_MS = 3000;
/** With less than this before `publishBy` no network step begins: it would most likely be cut off with unknown outcome. */
const SMALLEST_STEP_MS = 250;

export function deadlinesOf(nowMs: number, remainingMs: number): Deadlines {
  const answerByMs = nowMs + remainingMs - LOG_MS;
  const commitByMs = answerByMs - VISIBILITY_MS;
  return { answerByMs, commitByMs, publishByMs: commitByMs - COMMIT_MS };
}

export const hasTime = (clock: Clock, { publishByMs }: Deadlines): boolean =>
  publishByMs - clock.nowMs() >= SMALLEST_STEP_MS;
