import type { CxoneClient } from '../cxone/types.ts';
import { answerOfError, fieldOf, shortReason } from './cxone-answer.ts';
import type { BatchAnswer, ContactResult, DncApi, DncContact } from './dnc-api.ts';
import type { DncPreference } from './types.ts';

/** CXone's own limit (contract §9). */
const MAX_RECORDS = 100;

export interface DncGroupsSettings {
  client: CxoneClient;
  /** `cxone.paths.dncGroups`. */
  path: string;
  groupId: string;
  /** CXone's published types disagree: a string of digits without plus, or a number. */
  phoneNumberFormat: 'digits' | 'number';
  /** Parts of a record's error, in any case, by which CXone says that it holds this preference already. */
  errorsOfHeld: Record<DncPreference, readonly string[]>;
}

/**
 * Do-Not-Call by the documented Admin API (contract §9): opt-outs are POSTed to the group, opt-ins DELETEd from it with a
 * body, so the two go in lanes of their own. The answer is 200 with one result a record: a 200 is not "all taken", and a
 * refused record harms no neighbour. A refusal that only says that nothing was left to do (`errorsOfHeld`) is none.
 */
export function createDncGroups(settings: DncGroupsSettings): DncApi {
  const { client, path, groupId, phoneNumberFormat, errorsOfHeld } = settings;
  return {
    laneOf: ({ preference }) => ({ name: preference, limit: MAX_RECORDS }),

    async send(contacts, { deadlineMs, timeoutMs }) {
      const preference = contacts[0]?.preference ?? 'optOut';
      try {
        const { body } = await client.request({
          method: preference === 'optIn' ? 'DELETE' : 'POST',
          path: `${path}/${encodeURIComponent(groupId)}/records`,
          json: { dncGroupRecords: contacts.map((contact) => recordOf(contact, phoneNumberFormat)) },
          attempts: 1, // the client's own repeats would hide that an earlier try may still be executed
          timeoutMs,
          deadlineMs,
        });
        return answerOfBody(body, contacts.length, errorsOfHeld[preference]);
      } catch (error) {
        return answerOfError(error, 'cxone.paths.dncGroups or dnc.groupId');
      }
    },
  };
}

function recordOf({ phoneNumber }: DncContact, format: 'digits' | 'number'): object {
  const digits = phoneNumber.replace(/^\+/, '');
  return { phoneNumber: format === 'number' ? Number(digits) : digits };
}

/** POST wraps the results in `resultSet`, DELETE does not; both forms are read from either. */
function answerOfBody(body: unknown, count: number, errorsOfHeld: readonly string[]): BatchAnswer {
  const listed = fieldOf(fieldOf(body, 'resultSet') ?? body, 'recordResults');
  if (!Array.isArray(listed) || listed.length !== count) {
    const had = Array.isArray(listed) ? `${listed.length}` : 'no';
    return { kind: 'open', mayStillRun: true, reason: `CXone answered ${count} records with ${had} results` };
  }
  return { kind: 'results', results: listed.map((result) => resultOf(result, errorsOfHeld)) };
}

function resultOf(result: unknown, errorsOfHeld: readonly string[]): ContactResult {
  const success = fieldOf(result, 'success');
  if (success === true) return { kind: 'taken' };
  const error = fieldOf(result, 'error');
  const words = typeof error === 'string' && error !== '' ? error : JSON.stringify(error ?? 'no reason given');
  if (success === false)
    return saysOneOf(words, errorsOfHeld) ? { kind: 'taken' } : { kind: 'refused', reason: shortReason(words) };
  return { kind: 'unanswered', reason: 'the record’s result says neither success nor error' };
}

function saysOneOf(words: string, texts: readonly string[]): boolean {
  const said = words.toLowerCase();
  return texts.some((text) => said.includes(text.toLowerCase()));
}
