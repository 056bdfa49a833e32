import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { rfc3339Ms } from '../events/timestamps.ts';
import { PoisonError, UnavailableError } from '../platform/errors.ts';
import { isConditionRefused } from '../platform/lease.ts';
import type { DncHistory } from './history.ts';
import type { HistoryEntry } from './history-entry.ts';
import { type Attributes, decodeReplaced, pendingShardOf } from './item.ts';
import type { DncEvent, DncQueue } from './types.ts';

export interface DncQueueSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  table: string;
  history: DncHistory;
}

/**
 * A put wins over what stands when it is newer by `effectiveAtMs`, at equal times opt-out over opt-in (losing an opt-out is
 * the worse mistake). Equal in both, the greater eventId wins: the preference is the same either way, and so the item is the
 * same in whatever order the two came; at worst CXone is told one preference twice. `optIn` < `optOut` as text.
 * An event never wins over itself: one dated in the future and heard again later would otherwise be "newer".
 */
const WINS = `attribute_not_exists(phoneNumber) OR (eventId <> :eventId AND (effectiveAtMs < :effectiveAtMs
  OR (effectiveAtMs = :effectiveAtMs AND preference < :preference)
  OR (effectiveAtMs = :effectiveAtMs AND preference = :preference AND eventId < :eventId)))`;

/**
 * A win starts over: pending, no attempts, no error, due at once, behind those who were heard earlier. `notBeforeMs` stays,
 * since a request sent for the former wish may still be executed; the batcher checks it on the item it re-reads.
 * DynamoDB evaluates all right-hand sides on the item as it was: `replaced…` is the former wish.
 */
const TAKE_PLACE = `SET preference = :preference, eventTime = :eventTime, effectiveAtMs = :effectiveAtMs,
  eventId = :eventId, #state = :pending, attempts = :zero, nextAttemptAtMs = :receivedAtMs,
  notBeforeMs = if_not_exists(notBeforeMs, :zero), receivedAtMs = :receivedAtMs, pendingShard = :shard,
  replacedEventId = if_not_exists(eventId, :none), replacedPreference = if_not_exists(preference, :none),
  replacedEventTime = if_not_exists(eventTime, :none)
  REMOVE lastError, confirmedAtMs`;

/**
 * Preferences in DynamoDB, one conditional write each (guarantee 7). The history comes first and last:
 *
 *     heard written ──▶ conditional update ──▶ superseded written ──▶ resolves
 *
 * so that a wish that stands has always been heard. A crash in between leaves the record to SQS; the put is repeated, finds
 * its own event standing and completes the history from `replaced…`. Every step may be repeated.
 * Rejects with PoisonError for an unreadable event time, with a retryable error when a table cannot be reached.
 */
export function createDncQueue({ dynamo, table, history }: DncQueueSettings): DncQueue {
  const takePlace = async (event: DncEvent, effectiveAtMs: number): Promise<Attributes | undefined> => {
    try {
      const answer = await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { phoneNumber: { S: event.phoneNumber } },
          ConditionExpression: WINS,
          UpdateExpression: TAKE_PLACE,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: valuesOf(event, effectiveAtMs),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return answer.Attributes;
    } catch (error) {
      if (isConditionRefused(error)) return undefined;
      throw error;
    }
  };

  const read = async (phoneNumber: string): Promise<Attributes> => {
    const key = { phoneNumber: { S: phoneNumber } };
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
    if (Item === undefined)
      throw new UnavailableError('dnc-item-gone', 'the standing preference was deleted meanwhile');
    return Item;
  };

  return {
    async put(event) {
      const effectiveAtMs = effectiveAtMsOf(event);
      const heard = heardEntry(event);
      await history.append([heard]);
      const taken = await takePlace(event, effectiveAtMs);
      const standing = taken ?? (await read(event.phoneNumber));
      const superseded = supersededEntry(heard, standing);
      if (superseded !== undefined) await history.append([superseded]);
      if (taken !== undefined) return 'queued';
      return standing.eventId?.S === event.eventId ? 'unchanged' : 'superseded';
    },
  };
}

/** Preferences compare by min(event time, receipt): one dated 2099 must not block those that come after it. */
function effectiveAtMsOf({ eventTime, receivedAtMs }: DncEvent): number {
  const eventTimeMs = rfc3339Ms(eventTime);
  if (eventTimeMs === undefined) throw new PoisonError('dnc-event-time', 'the event time is not an RFC 3339 timestamp');
  return Math.min(eventTimeMs, receivedAtMs);
}

function valuesOf(
  { preference, eventTime, eventId, receivedAtMs, phoneNumber }: DncEvent,
  effectiveAtMs: number,
): Attributes {
  return {
    ':preference': { S: preference },
    ':eventTime': { S: eventTime },
    ':effectiveAtMs': { N: String(effectiveAtMs) },
    ':eventId': { S: eventId },
    ':pending': { S: 'pending' },
    ':zero': { N: '0' },
    ':none': { S: '' },
    ':receivedAtMs': { N: String(receivedAtMs) },
    ':shard': { S: pendingShardOf(phoneNumber) },
  };
}

function heardEntry({ phoneNumber, eventId, receivedAtMs, preference, eventTime }: DncEvent): HistoryEntry {
  return { phoneNumber, type: 'heard', eventId, atMs: receivedAtMs, preference, eventTime };
}

/** Who gave way, if anyone: this event to the one that stands, or, when it stands itself, the one it replaced. */
function supersededEntry(heard: HistoryEntry, standing: Attributes): HistoryEntry | undefined {
  const eventId = standing.eventId?.S ?? '';
  if (eventId !== heard.eventId) return { ...heard, type: 'superseded', detail: eventId };
  const replaced = decodeReplaced(standing);
  if (replaced === undefined) return undefined;
  const atMs = Number(standing.receivedAtMs?.N ?? heard.atMs); // of the put that won, so that a repeat says the same
  return { ...replaced, phoneNumber: heard.phoneNumber, type: 'superseded', atMs, detail: eventId };
}
