import { createHash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { RelayError } from '../platform/errors.ts';
import type { DncItem } from './types.ts';

/**
 * How a DncItem lies in DncQueue: attributes are named as its fields; `lastError` and `confirmedAtMs` are absent for null.
 * Beside them `pendingShard`, which puts the item into the sparse index: one of PENDING_SHARDS while `state` is pending, one of
 * FAILED_SHARDS (see index-shards.ts) while it is failed, absent when synced; and
 * `replacedEventId`, `replacedPreference`, `replacedEventTime`, the wish whose place this one took ("" for none): by them a
 * put that is repeated after a crash completes the history.
 */
export type Attributes = Record<string, AttributeValue>;

/** Global secondary index of pending items: pk `pendingShard`, sk `nextAttemptAtMs`, keys only. */
export const PENDING_INDEX = 'pending';

/** One index partition takes about 1,000 writes a second; more shards than this cost the batcher a query each and buy nothing. */
export const PENDING_SHARDS = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;

/** Index partition of a number; fixed for ever, since a number's next put must find the same one. */
export function pendingShardOf(phoneNumber: string): string {
  const first = createHash('sha256').update(phoneNumber).digest()[0] ?? 0;
  return String(first % PENDING_SHARDS.length);
}

const itemSchema = z.object({
  phoneNumber: z.string(),
  preference: z.enum(['optIn', 'optOut']),
  eventTime: z.string(),
  effectiveAtMs: z.int(),
  eventId: z.string(),
  state: z.enum(['pending', 'synced', 'failed']),
  attempts: z.int(),
  nextAttemptAtMs: z.int(),
  notBeforeMs: z.int(),
  lastError: z._default(z.nullable(z.string()), null),
  receivedAtMs: z.int(),
  confirmedAtMs: z._default(z.nullable(z.int()), null),
});

/** Throws RelayError `dnc-item-unreadable` for an item that the relay did not write; the message holds no number. */
export function decodeDncItem(attributes: Attributes): DncItem {
  const result = itemSchema.safeParse(unmarshall(attributes));
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new RelayError('dnc-item-unreadable', `an item of the DNC queue is damaged (${fields}); mend or delete it`, {
    retryable: true, // whoever mends it by hand lets the waiting wishes through
  });
}

export interface ReplacedWish {
  eventId: string;
  preference: 'optIn' | 'optOut';
  eventTime: string;
}

/** The wish whose place the standing one took; undefined when it is the number's first. */
export function decodeReplaced(attributes: Attributes): ReplacedWish | undefined {
  const eventId = attributes.replacedEventId?.S ?? '';
  const preference = attributes.replacedPreference?.S;
  if (eventId === '' || (preference !== 'optIn' && preference !== 'optOut')) return undefined;
  return { eventId, preference, eventTime: attributes.replacedEventTime?.S ?? '' };
}
