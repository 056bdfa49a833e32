import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../platform/clock.ts';
import { isConditionRefused } from '../platform/lease.ts';
import type { DncHistory } from './history.ts';
import { pendingShardOf } from './item.ts';
import type { DncItem } from './types.ts';

export interface RequeueSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  /** DncQueue. */
  table: string;
  history: DncHistory;
  clock: Clock;
}

/**
 * Sets a failed number to pending again, due at once and with all its attempts, and notes it in the history. False: it is not
 * failed with this wish any more, and nothing was changed.
 */
export async function requeueFailed(settings: RequeueSettings, item: DncItem): Promise<boolean> {
  const { dynamo, table, history, clock } = settings;
  const { phoneNumber, eventId, preference, eventTime } = item;
  const nowMs = clock.nowMs();
  try {
    await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { phoneNumber: { S: phoneNumber } },
        ConditionExpression: '#state = :failed AND eventId = :eventId',
        UpdateExpression:
          'SET #state = :pending, attempts = :zero, nextAttemptAtMs = :now, pendingShard = :shard REMOVE lastError',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':failed': { S: 'failed' },
          ':eventId': { S: eventId },
          ':pending': { S: 'pending' },
          ':zero': { N: '0' },
          ':now': { N: String(nowMs) },
          ':shard': { S: pendingShardOf(phoneNumber) },
        },
      }),
    );
  } catch (error) {
    if (isConditionRefused(error)) return false;
    throw error;
  }
  await history.append([{ phoneNumber, eventId, preference, eventTime, type: 'requeued', atMs: nowMs }]);
  return true;
}
