import { decodeEnvelope, type Envelope } from '../../lib/events/envelope.ts';
import type { DeadLetter } from '../../lib/platform/dead-letter-queue.ts';
import { PoisonError } from '../../lib/platform/errors.ts';

/** undefined: any. */
export interface LetterFilter {
  reason: string | undefined;
  eventId: string | undefined;
  sinceMs: number | undefined;
}

/** As the options name it. */
export interface LetterFilterOptions {
  reason?: string | undefined;
  eventId?: string | undefined;
  /** Epoch ms. */
  since?: number | undefined;
}

export const filterOf = ({ reason, eventId, since }: LetterFilterOptions): LetterFilter => ({
  reason,
  eventId,
  sinceMs: since,
});

export function matches(letter: DeadLetter, { reason, eventId, sinceMs }: LetterFilter): boolean {
  if (reason !== undefined && letter.reason !== reason) return false;
  if (sinceMs !== undefined && letter.parkedAtMs < sinceMs) return false;
  return eventId === undefined || eventIdOf(letter) === eventId;
}

/** Of the event, or of the message under any of its ids. */
export function goesBy(letter: DeadLetter, id: string): boolean {
  return letter.messageId === id || letter.sourceMessageId === id || eventIdOf(letter) === id;
}

/** Those that SQS moved carry it in the envelope only. */
export function eventIdOf(letter: DeadLetter): string | undefined {
  return letter.eventId ?? envelopeOf(letter)?.eventId;
}

/** undefined: nobody can read it, which may be why it was parked. */
export function envelopeOf({ body }: DeadLetter): Envelope | undefined {
  try {
    return decodeEnvelope(body);
  } catch (error) {
    if (error instanceof PoisonError) return undefined;
    throw error;
  }
}
