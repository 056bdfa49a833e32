import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fullJitterMs } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import { UnavailableError } from '../platform/errors.ts';
import { type Attributes, decodeDncItem } from './item.ts';
import type { DncItem } from './types.ts';

/** BatchGetItem's limit. */
export const READ_ITEMS = 100;
/** Rounds for keys that DynamoDB leaves unprocessed; with the waits below at most about 5 s. */
const ROUNDS = 8;

export interface ItemReaderSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  table: string;
  clock: Clock;
  /** Told of an item that cannot be read, which is then left out; without it the error is thrown. */
  onDamaged?: (error: unknown) => void;
}

/**
 * The items of up to 100 distinct numbers, read strongly, in the order of `numbers`; deleted ones are left out.
 * Rejects (retryable) rather than answer for only some of them.
 */
export async function readItems(settings: ItemReaderSettings, numbers: readonly string[]): Promise<DncItem[]> {
  const { dynamo, table, clock } = settings;
  const found = new Map<string, DncItem>();
  let keys: Attributes[] = numbers.map((phoneNumber) => ({ phoneNumber: { S: phoneNumber } }));
  for (let round = 0; keys.length > 0; round++) {
    if (round === ROUNDS) throw new UnavailableError('dnc-queue-unavailable', `${keys.length} items were left unread`);
    if (round > 0) await clock.sleep(fullJitterMs(round - 1, { firstDelayMs: 50, maxDelayMs: 1000 }));
    const read = { RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } };
    const answer = await dynamo.send(new BatchGetItemCommand(read));
    for (const attributes of answer.Responses?.[table] ?? []) {
      const item = decode(attributes, settings.onDamaged);
      if (item !== undefined) found.set(item.phoneNumber, item);
    }
    keys = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return numbers.flatMap((phoneNumber) => found.get(phoneNumber) ?? []);
}

function decode(attributes: Attributes, onDamaged: ItemReaderSettings['onDamaged']): DncItem | undefined {
  try {
    return decodeDncItem(attributes);
  } catch (error) {
    if (onDamaged === undefined) throw error;
    onDamaged(error);
    return undefined;
  }
}
