import type { DncPreference } from './types.ts';

/** One number's preference as it is to be told to CXone. */
export interface DncContact {
  /** E.164. */
  phoneNumber: string;
  preference: DncPreference;
  /** The event's own timestamp, as CXone wrote it. */
  eventTime: string;
  /** Set after a 409: repeat as an upsert. An `existingRecordId` is this contact's alone: then it travels alone. */
  upsert?: { existingRecordId?: string };
}

/** Contacts of one lane may share a request of at most `limit` contacts; an error that ends a lane says nothing of the others. */
export interface Lane {
  name: string;
  limit: number;
}

export interface SendLimits {
  /** The client has given the request up by then (epoch ms), waiting for token and limiter included. */
  deadlineMs: number;
  /** From the request's begin until the client gives up. */
  timeoutMs: number;
}

export type ContactResult =
  /** CXone holds this preference now. */
  | { kind: 'taken' }
  /** CXone refused this very contact. */
  | { kind: 'refused'; reason: string }
  /** The answer says nothing readable about it; it may or may not have been taken. */
  | { kind: 'unanswered'; reason: string };

/** What one request came to. Reasons hold no phone numbers. */
export type BatchAnswer =
  /** One result a contact, in the order in which they were sent. */
  | { kind: 'results'; results: ContactResult[] }
  /** 400, 422: refused as a whole, nothing was taken; at least one contact is at fault. */
  | { kind: 'refused'; reason: string }
  /** 409: nothing was taken; to be repeated as an upsert. The id is that of one of the contacts. */
  | { kind: 'conflict'; existingRecordId?: string; reason: string }
  /** 429: nothing was taken. */
  | { kind: 'throttled'; retryAfterMs: number | undefined }
  /** 5xx, time-out, reset, no connection. `mayStillRun`: CXone may have executed it, or may still. */
  | { kind: 'open'; reason: string; mayStillRun: boolean };

/** CXone's Do-Not-Call list, one form of it an adapter (contract §6 and §9). */
export interface DncApi {
  /** `wasRefused`: CXone refused this contact before, or failed on it alone. */
  laneOf(contact: DncContact, wasRefused: boolean): Lane;
  /**
   * One request, one try, for contacts of one lane. Rejects with an error that names setting or scope when no request can
   * succeed before a person acts (401, 403, an unknown path): that is never a contact's fault, and nothing was taken.
   */
  send(contacts: readonly DncContact[], limits: SendLimits): Promise<BatchAnswer>;
}
