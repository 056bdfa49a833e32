import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { fullJitterMs } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import { UnavailableError } from '../platform/errors.ts';
import { decodeHistoryEntry, encodeHistoryEntry, type HistoryEntry } from './history-entry.ts';
import type { Attributes } from './item.ts';

/** Everything that was ever wanted, said, heard, sent, confirmed or refused for a number (design §6). Append-only. */
export interface DncHistory {
  /** Durable when it resolves. Appending the same happening again changes nothing. Rejects (retryable) when any is not written. */
  append(entries: readonly HistoryEntry[]): Promise<void>;
  /** A number's whole story, oldest first, read strongly. */
  read(phoneNumber: string): Promise<HistoryEntry[]>;
}

export interface DncHistorySettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  table: string;
  /** Entries expire this long after they happened. */
  historyYears: number;
  clock: Clock;
}

/** BatchWriteItem's limit. */
const BATCH_ITEMS = 25;
/** Rounds for what DynamoDB leaves unprocessed; with the waits below at most about 3 s. */
const ROUNDS = 6;

export function createDncHistory({ dynamo, table, historyYears, clock }: DncHistorySettings): DncHistory {
  const writeBatch = async (requests: WriteRequest[]): Promise<void> => {
    let left = requests;
    for (let round = 0; round < ROUNDS; round++) {
      if (round > 0) await clock.sleep(fullJitterMs(round - 1, { firstDelayMs: 100, maxDelayMs: 1000 }));
      const answer = await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
      left = answer.UnprocessedItems?.[table] ?? [];
      if (left.length === 0) return;
    }
    throw new UnavailableError('dnc-history-unavailable', `${left.length} history entries were left unprocessed`);
  };

  return {
    async append(entries) {
      // A batch refuses two items of one key, and one key is one happening: the map leaves one of each.
      const items = [...new Map(entries.map((entry) => encodeHistoryEntry(entry, historyYears)).map(keyed)).values()];
      const [first] = items;
      if (first !== undefined && items.length === 1) {
        await dynamo.send(new PutItemCommand({ TableName: table, Item: first }));
        return;
      }
      for (let start = 0; start < items.length; start += BATCH_ITEMS) {
        await writeBatch(items.slice(start, start + BATCH_ITEMS).map((Item) => ({ PutRequest: { Item } })));
      }
    },

    async read(phoneNumber) {
      const entries: HistoryEntry[] = [];
      let from: Attributes | undefined;
      do {
        const page = await dynamo.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'phoneNumber = :number',
            ExpressionAttributeValues: { ':number': { S: phoneNumber } },
            ConsistentRead: true,
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        );
        entries.push(...(page.Items ?? []).map(decodeHistoryEntry));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return entries;
    },
  };
}

function keyed(item: Attributes): [string, Attributes] {
  return [`${item.phoneNumber?.S}|${item.entry?.S}`, item];
}
