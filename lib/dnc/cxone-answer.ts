import { CxoneError } from '../cxone/types.ts';
import { ConfigError, messageOf, outcomeOf } from '../platform/errors.ts';
import { maskPhoneNumbersIn } from '../platform/masking.ts';
import type { BatchAnswer } from './dnc-api.ts';

const MAX_REASON_LENGTH = 300;

/**
 * What a failed request means for its contacts. Only 400, 409, 413 and 422 say anything about them; an answer that no contact
 * can have caused (401, 403, 404, …) is thrown, for it ends the lane: after these nothing was executed. An error that nobody
 * foresaw leaves the outcome open. `pathSettings` names what to check after a 404.
 */
export function answerOfError(error: unknown, pathSettings: string): BatchAnswer {
  if (!(error instanceof CxoneError)) {
    if (outcomeOf(error) === 'park') throw error;
    return { kind: 'open', mayStillRun: true, reason: shortReason(messageOf(error)) };
  }
  switch (error.failure) {
    case 'throttled':
      return { kind: 'throttled', retryAfterMs: error.retryAfterMs };
    case 'failed':
    case 'unknown':
      return { kind: 'open', mayStillRun: mayStillRun(error), reason: reasonOf(error) };
    case 'unauthorized':
    case 'forbidden':
      throw withoutNumbers(error);
    case 'refused':
      return answerOfRefusal(error, pathSettings);
  }
}

/** A gateway's 5xx may stand for a request that it has passed on; only what never left is certainly not executed. */
function mayStillRun({ failure, status, openTries }: CxoneError): boolean {
  return failure === 'unknown' || status !== undefined || openTries > 0;
}

function answerOfRefusal(error: CxoneError, pathSettings: string): BatchAnswer {
  switch (error.status) {
    case 400:
    case 413:
    case 422:
      return { kind: 'refused', reason: reasonOf(error) };
    case 409: {
      const id = fieldOf(error.body, 'existingRecordId');
      const usable = (typeof id === 'string' && id !== '') || typeof id === 'number';
      return { kind: 'conflict', reason: reasonOf(error), ...(usable && { existingRecordId: String(id) }) };
    }
    default:
      throw new ConfigError(pathSettings, `CXone answered ${error.status}: no such Do-Not-Call endpoint there`);
  }
}

/** Status and CXone's own words, short, numbers masked: it goes into histories, lists and logs. */
function reasonOf(error: CxoneError): string {
  const said = fieldOf(error.body, 'message') ?? fieldOf(error.body, 'error') ?? error.body;
  const words = typeof said === 'string' && said !== '' ? said : error.message;
  return shortReason(error.status === undefined ? words : `${error.status}: ${words}`);
}

/** Well-formed, though CXone's words may not be or are cut within a character: what is stored must be what the trail's hash is of. */
export function shortReason(text: string): string {
  return maskPhoneNumbersIn(text).slice(0, MAX_REASON_LENGTH).toWellFormed();
}

/** It ends the lane and is logged as a whole by Lambda: CXone's words are masked, its body stays behind. */
function withoutNumbers({ failure, message, status, openTries }: CxoneError): CxoneError {
  return new CxoneError(failure, maskPhoneNumbersIn(message), { ...(status !== undefined && { status }), openTries });
}

/** A field of an answer that may be anything. */
export function fieldOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) return undefined;
  return (body as Record<string, unknown>)[name];
}
