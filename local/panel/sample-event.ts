import { randomUUID } from 'node:crypto';

export const SAMPLE_KINDS = ['contact-action', 'data-action', 'interaction-update', 'dnc'] as const;
export type SampleKind = (typeof SAMPLE_KINDS)[number];
type JsonObject = Record<string, unknown>;

const CONTACTS = 5;

/** A new event of a kind, as CXone would send it; the numbers are fictitious ones that are valid (555-01xx). */
export function sampleEvent(kind: SampleKind, number: number, atMs: number): JsonObject {
  const at = new Date(atMs).toISOString();
  const sample = randomUUID();
  const contactId = `contact-${(number % CONTACTS) + 1}`;
  switch (kind) {
    case 'contact-action':
      return { actionType: 'INTERACTION_CREATED', contactId, timestamp: at, sample };
    case 'data-action':
      return {
        eventType: 'DATA_ACTION_TRIGGERED',
        timestamp: at,
        data: { contactId, disposition: 'resolved', sample },
      };
    case 'interaction-update':
      return { interactionId: sample, dataActionId: 'data-action-1', updatedTimestamp: at, payload: { number } };
    case 'dnc': {
      const phoneNumber = `+1415555${String(100 + (number % 100)).padStart(4, '0')}`;
      return { phoneNumber, eventName: 'optOut', timestamp: at };
    }
  }
}

/** The same event once more: other members that do not count (where its kind has such), and its members in another order. */
export function repeatOf(kind: SampleKind, event: JsonObject, attempt: number): JsonObject {
  const transient = { retryCount: attempt, webhookId: randomUUID() };
  const reordered = Object.fromEntries(Object.entries(event).reverse());
  if (kind === 'contact-action') return { ...transient, ...reordered };
  if (kind === 'data-action') return { ...reordered, data: { ...transient, ...(event.data as JsonObject) } };
  return reordered;
}
