import { codeOf, messageOf } from '../../lib/platform/errors.ts';
import type { RouterDeps } from './deps.ts';
import { type Parked, type Retry, retryAfter } from './outcome.ts';
import type { QueuedRecord } from './queued-record.ts';

export const PARK_FAILED = 'dead-letter-queue-unavailable';

/**
 * Sends a hopeless record to the dead-letter queue and only then calls it parked; while that queue cannot be reached the
 * record is retried. `error` gives reason and detail. Never rejects.
 */
export async function park(
  { deadLetters, clock }: Pick<RouterDeps, 'deadLetters' | 'clock'>,
  { messageId, groupId, sequenceNumber, body }: QueuedRecord,
  error: unknown,
  eventId?: string,
): Promise<Parked | Retry> {
  const reason = codeOf(error);
  const detail = messageOf(error);
  const known = {
    ...(eventId === undefined ? {} : { eventId }),
    ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
  };
  try {
    await deadLetters.park({ messageId, groupId, body, reason, detail, ...known, parkedAtMs: clock.nowMs() });
    return { kind: 'parked', reason, detail };
  } catch (failure) {
    return retryAfter(failure, PARK_FAILED);
  }
}
