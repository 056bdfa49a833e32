import { type AttributeValue, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { isConditionRefused } from '../platform/lease.ts';
import { failedShardOf } from './index-shards.ts';
import type { DncItem } from './types.ts';

/**
 * Writes what became of a wish to its item, always on condition that the item is pending with the very event that was sent: a
 * newer wish that came meanwhile keeps its own state (guarantee 7). Each answers whether it was that event still.
 * `notBeforeMs` (0: none) is raised in either case: it concerns the number, whichever wish comes next.
 */
export interface Settlement {
  confirm(item: DncItem, at: { nowMs: number; notBeforeMs: number }): Promise<boolean>;
  /** Pending again after a refusal. */
  retryLater(item: DncItem, retry: Retry): Promise<boolean>;
  /** The last attempt was refused: kept, out of the pending shards, listed under the failed ones. */
  fail(item: DncItem, failure: { nowMs: number; notBeforeMs: number; reason: string }): Promise<boolean>;
}

export interface Retry {
  nextAttemptAtMs: number;
  notBeforeMs: number;
  attempts: number;
  /** Null: nothing is known against this contact; it stays among the others. */
  lastError: string | null;
}

interface Change {
  set: Record<string, AttributeValue>;
  remove?: readonly string[];
}

const text = (value: string): AttributeValue => ({ S: value });
const number = (value: number): AttributeValue => ({ N: String(value) });

export function createSettlement(settings: { dynamo: Pick<DynamoDBClient, 'send'>; table: string }): Settlement {
  const { dynamo, table } = settings;

  const update = async (phoneNumber: string, condition: string, change: Change, values = {}): Promise<boolean> => {
    const sets = Object.keys(change.set).map((name) => `#${name} = :${name}`);
    const removes = change.remove ? ` REMOVE ${change.remove.join(', ')}` : '';
    const names = Object.fromEntries(Object.keys(change.set).map((name) => [`#${name}`, name]));
    const input = {
      TableName: table,
      Key: { phoneNumber: text(phoneNumber) },
      ConditionExpression: condition,
      UpdateExpression: `SET ${sets.join(', ')}${removes}`,
      ExpressionAttributeNames: condition.includes('#state') ? { ...names, '#state': 'state' } : names,
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(change.set).map(([name, value]) => [`:${name}`, value])),
        ...values,
      },
    };
    try {
      await dynamo.send(new UpdateItemCommand(input));
      return true;
    } catch (error) {
      if (isConditionRefused(error)) return false;
      throw error;
    }
  };

  const settle = async ({ phoneNumber, eventId }: DncItem, change: Change, notBeforeMs: number): Promise<boolean> => {
    const late = notBeforeMs > 0 ? { notBeforeMs: number(notBeforeMs) } : {};
    const thatEvent = '#state = :pending AND eventId = :sent';
    const whole = { ...change, set: { ...change.set, ...late } };
    const values = { ':pending': text('pending'), ':sent': text(eventId) };
    if (await update(phoneNumber, thatEvent, whole, values)) return true;
    if (notBeforeMs > 0)
      await update(phoneNumber, 'attribute_exists(phoneNumber) AND notBeforeMs < :notBeforeMs', { set: late });
    return false;
  };

  return {
    confirm: (item, { nowMs, notBeforeMs }) =>
      settle(
        item,
        {
          set: { state: text('synced'), confirmedAtMs: number(nowMs) },
          remove: ['pendingShard', 'lastError'],
        },
        notBeforeMs,
      ),
    retryLater: (item, { nextAttemptAtMs, notBeforeMs, attempts, lastError }) =>
      settle(
        item,
        {
          set: {
            nextAttemptAtMs: number(nextAttemptAtMs),
            attempts: number(attempts),
            ...(lastError !== null && { lastError: text(lastError) }),
          },
        },
        notBeforeMs,
      ),
    fail: (item, { nowMs, notBeforeMs, reason }) =>
      settle(
        item,
        {
          set: {
            state: text('failed'),
            attempts: number(item.attempts + 1),
            lastError: text(reason),
            pendingShard: text(failedShardOf(item.phoneNumber)),
            nextAttemptAtMs: number(nowMs),
          },
        },
        notBeforeMs,
      ),
  };
}
