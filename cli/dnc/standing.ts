import type { DncItem } from '../../lib/dnc/types.ts';

export const timeText = (ms: number): string => new Date(ms).toISOString();

/** For `--json`. */
export function standingFacts(item: DncItem) {
  const { phoneNumber, preference, state, eventTime, eventId, attempts, lastError, confirmedAtMs } = item;
  return {
    phoneNumber,
    preference,
    state,
    eventTime,
    eventId,
    receivedAt: timeText(item.receivedAtMs),
    attempts,
    nextAttemptAt: state === 'pending' ? timeText(nextAttemptMs(item)) : null,
    lastError,
    confirmedAt: confirmedAtMs === null ? null : timeText(confirmedAtMs),
  };
}

/** What was done last, and what comes next. */
export function standingText(item: DncItem): string {
  const { state, attempts, lastError, confirmedAtMs, nextAttemptAtMs } = item;
  const refused = attempts === 0 ? '' : `; refused ${attempts} time${attempts === 1 ? '' : 's'}`;
  const reason = lastError === null ? '' : `; ${lastError}`;
  if (state === 'synced') return `confirmed ${timeText(confirmedAtMs ?? 0)}`;
  if (state === 'failed') return `gave up ${timeText(nextAttemptAtMs)}${refused}${reason}`;
  return `next try from ${timeText(nextAttemptMs(item))}${refused}${reason}`;
}

const nextAttemptMs = ({ nextAttemptAtMs, notBeforeMs }: DncItem) => Math.max(nextAttemptAtMs, notBeforeMs);
