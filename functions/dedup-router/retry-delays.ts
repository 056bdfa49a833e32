import { exponentialDelayMs } from '../../lib/platform/backoff.ts';
import type { VisibilityChange } from '../../lib/platform/visibility.ts';
import type { Outcome } from './outcome.ts';
import type { QueuedRecord } from './queued-record.ts';

/** Setting `retry` of the stage file. */
export interface RetryDelays {
  firstDelaySeconds: number;
  maxDelaySeconds: number;
  maxDelayAfterOneDaySeconds: number;
}

const DAY_MS = 86_400_000;
/** Whose turn never came in so many deliveries backs off like a fault, or it would use up the queue's maxReceiveCount. */
const HASTY_DELIVERIES = 20;

/**
 * When the retried records become visible again: all of a group at the same moment, so that none is handed out while an
 * elder of it still waits. The group's delay is the longest that a fault of one of them asks for; without a fault (time ran
 * out, an elder was answered) they come back at once. 5 min for a day, then 30 min, for 13 days are about 860 deliveries:
 * the queue's maxReceiveCount of 1000 stays the last net.
 */
export function visibilityChanges(
  outcomes: ReadonlyMap<QueuedRecord, Outcome>,
  retry: RetryDelays,
  nowMs: number,
): VisibilityChange[] {
  const retried = [...outcomes].filter(([, { kind }]) => kind === 'retry').map(([record]) => record);
  const groupDelays = new Map<string, number>();
  for (const record of retried) {
    const delaySeconds = backsOff(record, outcomes.get(record)) ? backoffSeconds(record, retry, nowMs) : 0;
    groupDelays.set(record.groupId, Math.max(delaySeconds, groupDelays.get(record.groupId) ?? 0));
  }
  return retried.map(({ receiptHandle, groupId }) => ({
    receiptHandle,
    delaySeconds: groupDelays.get(groupId) ?? 0,
  }));
}

function backsOff({ receiveCount }: QueuedRecord, outcome: Outcome | undefined): boolean {
  if (outcome?.kind !== 'retry') return false;
  return outcome.cause === 'fault' || (outcome.cause === 'time' && receiveCount > HASTY_DELIVERIES);
}

function backoffSeconds({ receiveCount, queuedAtMs }: QueuedRecord, retry: RetryDelays, nowMs: number): number {
  const isOld = nowMs - queuedAtMs > DAY_MS;
  const maxDelayMs = 1000 * (isOld ? retry.maxDelayAfterOneDaySeconds : retry.maxDelaySeconds);
  const firstDelayMs = 1000 * retry.firstDelaySeconds;
  return Math.round(exponentialDelayMs(Math.max(0, receiveCount - 1), { firstDelayMs, maxDelayMs }) / 1000);
}
