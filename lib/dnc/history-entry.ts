import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Attributes } from './item.ts';

/**
 * - `heard`: an event arrived (at its receipt).
 * - `superseded`: a newer wish stands, `detail` is that wish's eventId.
 * - `sent`, `confirmed`, `refused`: what became of it at CXone; `requestId` is the request that carried it.
 * - `failed`: the last attempt was refused. `requeued`: an operator set it to pending again.
 */
export const HISTORY_TYPES = ['heard', 'superseded', 'sent', 'confirmed', 'refused', 'failed', 'requeued'] as const;
export type HistoryType = (typeof HISTORY_TYPES)[number];

export interface HistoryEntry {
  phoneNumber: string;
  type: HistoryType;
  /** The event it happened to. */
  eventId: string;
  /** When it happened, milliseconds since the epoch. */
  atMs: number;
  preference: 'optIn' | 'optOut';
  /** The event's own timestamp, as CXone wrote it. */
  eventTime: string;
  requestId?: string;
  /** Reason of a refusal; for `superseded` the eventId that stands. Holds no phone number. */
  detail?: string;
}

const entrySchema = z.object({
  phoneNumber: z.string(),
  type: z.enum(HISTORY_TYPES),
  eventId: z.string(),
  atMs: z.int(),
  preference: z.enum(['optIn', 'optOut']),
  eventTime: z.string(),
  requestId: z.optional(z.string()),
  detail: z.optional(z.string()),
});

/**
 * The sort key `entry` is time, type and event: a number's entries read in the order in which they happened, and the same
 * happening told twice (a record that SQS delivers again) is one entry.
 */
export function encodeHistoryEntry(entry: HistoryEntry, keptYears: number): Attributes {
  const at = new Date(entry.atMs);
  const expiry = new Date(entry.atMs);
  expiry.setUTCFullYear(expiry.getUTCFullYear() + keptYears);
  return {
    phoneNumber: { S: entry.phoneNumber },
    entry: { S: `${at.toISOString()}#${entry.type}#${entry.eventId}` },
    type: { S: entry.type },
    eventId: { S: entry.eventId },
    atMs: { N: String(entry.atMs) },
    preference: { S: entry.preference },
    eventTime: { S: entry.eventTime },
    ...(entry.requestId === undefined ? {} : { requestId: { S: entry.requestId } }),
    ...(entry.detail === undefined ? {} : { detail: { S: entry.detail } }),
    expiresAt: { N: String(Math.floor(expiry.getTime() / 1000)) },
  };
}

export function decodeHistoryEntry(attributes: Attributes): HistoryEntry {
  const { requestId, detail, ...facts } = entrySchema.parse(unmarshall(attributes));
  return { ...facts, ...(requestId === undefined ? {} : { requestId }), ...(detail === undefined ? {} : { detail }) };
}
