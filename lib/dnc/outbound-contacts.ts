import type { CxoneClient } from '../cxone/types.ts';
import { answerOfError } from './cxone-answer.ts';
import type { DncApi, DncContact } from './dnc-api.ts';

/** CXone's own limit (contract §6). */
export const MAX_CONTACTS = 100;

export interface OutboundContactsSettings {
  client: CxoneClient;
  /** `cxone.paths.outboundContacts`. */
  path: string;
  customListIds: readonly string[];
}

/**
 * Do-Not-Call by `POST /api/v2/outbound/contacts` (contract §6), opt-ins and opt-outs mixed. CXone takes or refuses a
 * request as a whole, so a contact that it refused before goes alone: it must not have its neighbours split once more.
 */
export function createOutboundContacts({ client, path, customListIds }: OutboundContactsSettings): DncApi {
  return {
    laneOf: (_contact, wasRefused) =>
      wasRefused ? { name: 'alone', limit: 1 } : { name: 'contacts', limit: MAX_CONTACTS },

    async send(contacts, { deadlineMs, timeoutMs }) {
      try {
        const { status } = await client.request({
          method: 'POST',
          path,
          json: { contacts: contacts.map((contact) => bodyOf(contact, customListIds)) },
          attempts: 1, // the client's own repeats would hide that an earlier try may still be executed
          timeoutMs,
          deadlineMs,
        });
        if (status !== 200 && status !== 201)
          return { kind: 'open', mayStillRun: true, reason: `CXone answered ${status}, which confirms nothing` };
        return { kind: 'results', results: contacts.map(() => ({ kind: 'taken' })) };
      } catch (error) {
        return answerOfError(error, 'cxone.paths.outboundContacts');
      }
    },
  };
}

function bodyOf({ phoneNumber, preference, eventTime, upsert }: DncContact, customListIds: readonly string[]): object {
  return {
    phone: { phoneNumber },
    dnc: preference === 'optOut' ? { doNotCall: true, optOutDate: eventTime } : { doNotCall: false },
    ...(customListIds.length > 0 && { customListIds }),
    ...(upsert && { updateMode: 'upsert', ...upsert }),
  };
}
