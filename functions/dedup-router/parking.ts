import type { Envelope } from '../../lib/events/envelope.ts';
import { messageGroupOf } from '../../lib/events/message-group.ts';
import { codeOf, messageOf } from '../../lib/platform/errors.ts';
import type { RouterDeps } from './deps.ts';
import { type Parked, type Retry, retryAfter } from './outcome.ts';
import type { QueuedRecord } from './queued-record.ts';

export const PARK_FAILED = 'dead-letter-queue-unavailable';

/**
 * Sends a hopeless record to the dead-letter queue and only then calls it parked; while that queue cannot be reached the
 * record is retried. `error` gives reason and detail. Never rejects.
 * @param envelope where it could be read: a redrive returns the event to the group of its order key, even if it came here in
 *   another one, as after a redrive of AWS's own (there each parked message is a group by itself)
 */
export async function park(
  { deadLetters, clock }: Pick<RouterDeps, 'deadLetters' | 'clock'>,
  { messageId, groupId: receivedIn, sequenceNumber, body }: QueuedRecord,
  error: unknown,
  envelope?: Envelope,
): Promise<Parked | Retry> {
  const reason = codeOf(error);
  const detail = messageOf(error);
  const known = {
    ...(envelope === undefined ? {} : { eventId: envelope.eventId }),
    ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
  };
  const groupId = envelope === undefined ? receivedIn : messageGroupOf(envelope);
  try {
    await deadLetters.park({ messageId, groupId, body, reason, detail, ...known, parkedAtMs: clock.nowMs() });
    return { kind: 'parked', reason, detail };
  } catch (failure) {
    return retryAfter(failure, PARK_FAILED);
  }
}
