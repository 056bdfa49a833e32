import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../platform/clock.ts';
import { isConditionRefused } from '../platform/lease.ts';
import type { DncHistory } from './history.ts';
import { pendingShardOf } from './item.ts';
import { readItems } from './item-reader.ts';
import type { DncItem } from './types.ts';

export interface RequeueSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  /** DncQueue. */
  table: string;
  history: DncHistory;
  clock: Clock;
}

/**
 * Notes it in the history, then sets a failed number to pending again, due at once and with all its attempts. False: it is
 * not failed with this wish any more, and nothing was changed. History first, as for every fate: told in vain when a newer
 * wish comes between the two, but never left out. Due from the wish's receipt, which the relay's own clock gave it: the
 * operator's may be a day ahead, and the batcher would wait for it.
 */
export async function requeueFailed(settings: RequeueSettings, item: DncItem): Promise<boolean> {
  const { dynamo, table, history, clock } = settings;
  const { phoneNumber, eventId, preference, eventTime, receivedAtMs } = item;
  const [standing] = await readItems(settings, [phoneNumber]);
  if (standing?.state !== 'failed' || standing.eventId !== eventId) return false;
  const requeued = { phoneNumber, eventId, preference, eventTime, type: 'requeued' as const, atMs: clock.nowMs() };
  await history.append([requeued]);
  try {
    await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { phoneNumber: { S: phoneNumber } },
        ConditionExpression: '#state = :failed AND eventId = :eventId',
        UpdateExpression:
          'SET #state = :pending, attempts = :zero, nextAttemptAtMs = :receivedAt, pendingShard = :shard REMOVE lastError',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':failed': { S: 'failed' },
          ':eventId': { S: eventId },
          ':pending': { S: 'pending' },
          ':zero': { N: '0' },
          ':receivedAt': { N: String(receivedAtMs) },
          ':shard': { S: pendingShardOf(phoneNumber) },
        },
      }),
    );
  } catch (error) {
    if (isConditionRefused(error)) return false;
    throw error;
  }
  return true;
}
