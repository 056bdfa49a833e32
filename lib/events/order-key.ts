import type { ClassifiedEvent } from './classify.ts';
import { MAX_ID_BYTES } from './fields.ts';
import { InvalidEventError } from './invalid-event.ts';

/**
 * The text by which an event's order is kept (contract §1): a string as it is, a number as its source text, so that no two
 * ids become one. Null when there is no id; an empty string is none.
 * @param sources source text of the numbers among `contactId` and `interactionId`
 * @throws InvalidEventError for an id longer than MAX_ID_BYTES, which might not fit into a queue message
 */
export function orderKeyOf(
  event: Exclude<ClassifiedEvent, { kind: 'dnc' }>,
  sources: ReadonlyMap<string, string>,
): string | null {
  switch (event.kind) {
    case 'contact-action':
      return idText('contactId', event.body.contactId, sources.get('contactId'));
    case 'data-action': {
      const { contactId, interactionId } = event.body.data;
      return (
        idText('data.contactId', contactId, sources.get('contactId')) ??
        idText('data.interactionId', interactionId, sources.get('interactionId'))
      );
    }
    case 'interaction-update':
      return event.body.interactionId;
  }
}

function idText(path: string, value: unknown, source: string | undefined): string | null {
  const text = typeof value === 'number' ? source : value;
  if (typeof text !== 'string' || text === '') return null;
  if (Buffer.byteLength(text) <= MAX_ID_BYTES) return text;
  const message = `must be at most ${MAX_ID_BYTES} bytes`;
  throw new InvalidEventError('invalid-field', 'an id is too long', [{ path, message }]);
}
