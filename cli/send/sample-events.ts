import { randomUUID } from 'node:crypto';
import type { EventKind } from '../../lib/events/kinds.ts';

export interface SampleRequest {
  kind: EventKind;
  /** Contact id, interaction id or phone number; undefined: spread over a few. */
  contact: string | undefined;
  /** Number of the event, from 0: two numbers are two events. */
  number: number;
  /** Tells this run's events from those of earlier runs. */
  run: string;
  /** Time of the first; later ones follow by a second each. */
  startMs: number;
}

const CONTACTS = 10;
/** Fictitious numbers that are valid all the same (555-01xx). */
const phoneNumberOf = (number: number) => `+1415555${String(100 + (number % 100)).padStart(4, '0')}`;

/** A realistic event of a kind (contract §1), the same one for the same request. */
export function sampleEvent({ kind, contact, number, run, startMs }: SampleRequest): Record<string, unknown> {
  const at = new Date(startMs + number * 1000).toISOString();
  const someContact = contact ?? `contact-${number % CONTACTS}`;
  switch (kind) {
    case 'dnc': {
      const phoneNumber = contact ?? phoneNumberOf(number);
      return { phoneNumber, eventName: number % 2 === 0 ? 'optOut' : 'optIn', timestamp: at, metadata: { run } };
    }
    case 'contact-action':
      return { actionType: 'INTERACTION_CREATED', contactId: someContact, timestamp: at, run, number };
    case 'data-action': {
      const data = { contactId: someContact, disposition: 'resolved', run, number };
      return { eventType: 'DATA_ACTION_TRIGGERED', timestamp: at, data };
    }
    case 'interaction-update': {
      const interactionId = contact ?? `interaction-${run}-${number}`;
      return {
        interactionId,
        dataActionId: `data-action-${number % 3}`,
        updatedTimestamp: at,
        payload: { run, number },
      };
    }
  }
}

/**
 * The same event as CXone would send it again: other transient fields (contract §1), other key order. `dnc` and
 * `interaction-update` have no transient fields and only change their order.
 */
export function repeated(event: Record<string, unknown>, kind: EventKind, attempt: number): Record<string, unknown> {
  const transient = { retryCount: attempt, webhookId: randomUUID(), processedAt: new Date().toISOString() };
  const reversed = Object.fromEntries(Object.entries(event).reverse());
  if (kind === 'contact-action') return { ...transient, ...reversed };
  if (kind === 'data-action') return { ...reversed, data: { ...transient, ...(event.data as object) } };
  return reversed;
}
