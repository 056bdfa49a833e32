import { hash } from 'node:crypto';
import { messageOf, PoisonError } from '../platform/errors.ts';
import { canonicalForm } from './canonical-form.ts';
import type { ClassifiedEvent } from './classify.ts';
import { type DncBody, dncReading } from './dnc-event.ts';
import { interactionUpdateReading } from './interaction-update-event.ts';
import { InvalidEventError } from './invalid-event.ts';
import type { EventKind } from './kinds.ts';
import { orderKeyOf } from './order-key.ts';
import { MemberRules } from './selection.ts';

export interface Identity {
  /** 22 base64url characters (design §3). */
  eventId: string;
  /** Exact text by which order is kept; null: the event stands alone. */
  orderKey: string | null;
}

/** Identifies events under fixed settings. @throws InvalidEventError for a value that its kind does not allow */
export type Identify = (event: ClassifiedEvent, body: Uint8Array) => Identity;

export interface IdentitySettings {
  /** Per kind, fields that do not count (contract §1); meant for contact actions and the `data` of data actions. */
  transientFields: Readonly<Record<EventKind, readonly string[]>>;
  /** E.164 form of a number; throws a PoisonError whose message says what is wrong without quoting it. */
  toE164: (text: string) => string;
}

export function createIdentify({ transientFields, toE164 }: IdentitySettings): Identify {
  const rules: Record<EventKind, MemberRules | undefined> = {
    // The number counts by its E.164 form, which is in the prefix.
    dnc: new MemberRules({ only: ['eventName', 'timestamp'] }),
    'contact-action': new MemberRules({ omit: transientFields['contact-action'], report: ['contactId'] }),
    'data-action': new MemberRules({
      only: ['eventType', 'data'],
      members: { data: { omit: transientFields['data-action'], report: ['contactId', 'interactionId'] } },
    }),
    'interaction-update': undefined,
  };

  return (event, body) => {
    const number = event.kind === 'dnc' ? validNumber(event.body, toE164) : '';
    if (event.kind === 'interaction-update') interactionUpdateReading(event.body); // refuses an unreadable timestamp
    const { bytes, sources } = canonicalForm(body, rules[event.kind], `${event.kind}\n${number}\n`);
    return { eventId: digestOf(bytes), orderKey: event.kind === 'dnc' ? number : orderKeyOf(event, sources) };
  };
}

/** 128 bits of SHA-256. By way of hex, which takes half the time of a digest in a buffer of its own. */
const digestOf = (bytes: Uint8Array): string =>
  Buffer.from(hash('sha256', bytes, 'hex').slice(0, 32), 'hex').toString('base64url');

function validNumber(body: DncBody, toE164: (text: string) => string): string {
  dncReading(body); // refuses an unreadable timestamp
  try {
    return toE164(body.phoneNumber);
  } catch (error) {
    if (!(error instanceof PoisonError)) throw error;
    const message = messageOf(error);
    throw new InvalidEventError('invalid-field', 'the phone number is invalid', [{ path: 'phoneNumber', message }]);
  }
}
