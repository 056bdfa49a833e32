import * as z from 'zod/mini';
import { fieldErrors, oneOf, text } from './fields.ts';
import { InvalidEventError } from './invalid-event.ts';
import { parseJson } from './json.ts';
import { rfc3339Ms } from './timestamps.ts';

/** Kind `dnc` (contract §1): a customer's wish to be called, or not to be. Unknown fields are allowed and ignored. */
export const dncSchema = z.object({ phoneNumber: text(), eventName: oneOf('optIn', 'optOut'), timestamp: text() });
export type DncBody = z.output<typeof dncSchema>;

export interface DncReading {
  preference: 'optIn' | 'optOut';
  /** As CXone wrote it. */
  eventTime: string;
  /** Milliseconds since the epoch; may lie in the future. */
  eventTimeMs: number;
}

/** @throws InvalidEventError when the timestamp is not RFC 3339 */
export function dncReading({ eventName, timestamp }: DncBody): DncReading {
  const eventTimeMs = rfc3339Ms(timestamp);
  if (eventTimeMs === undefined) {
    const message = 'must be an RFC 3339 date-time that exists, such as 2026-01-31T12:00:00Z';
    throw new InvalidEventError('invalid-field', 'the timestamp is unreadable', [{ path: 'timestamp', message }]);
  }
  return { preference: eventName, eventTime: timestamp, eventTimeMs };
}

/**
 * What a queued `dnc` body says. The number is not in it: its E.164 form is the envelope's order key.
 * @throws InvalidEventError (a PoisonError) for a body that the receiver would not have accepted
 */
export function readDnc(body: Uint8Array): DncReading {
  const result = dncSchema.safeParse(parseJson(body));
  if (!result.success)
    throw new InvalidEventError('invalid-field', 'the body is no dnc event', fieldErrors(result.error.issues));
  return dncReading(result.data);
}
