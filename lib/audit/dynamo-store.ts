import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionRefused } from '../platform/lease.ts';
import type { AuditHead, AuditRecord } from './record.ts';
import type { AuditStore } from './store.ts';

export interface DynamoAuditStoreSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  /** Audit table: pk `stream`, sk `seq`. No role may update or delete in it (design §7). */
  auditTable: string;
  /** Control table: the heads lie here, because they do move. */
  controlTable: string;
}

export const HEAD_PREFIX = 'audit-head#';
const headId = (stream: string) => HEAD_PREFIX + stream;

export function createDynamoAuditStore({ dynamo, auditTable, controlTable }: DynamoAuditStoreSettings): AuditStore {
  const query = (
    stream: string,
    extra: { ScanIndexForward: boolean; Limit?: number; ExclusiveStartKey?: Record<string, AttributeValue> },
  ) =>
    dynamo.send(
      new QueryCommand({
        TableName: auditTable,
        KeyConditionExpression: '#stream = :stream',
        ExpressionAttributeNames: { '#stream': 'stream' }, // a reserved word
        ExpressionAttributeValues: { ':stream': { S: stream } },
        ConsistentRead: true,
        ...extra,
      }),
    );

  return {
    async last(stream) {
      const { Items: [item] = [] } = await query(stream, { ScanIndexForward: false, Limit: 1 });
      return item && (unmarshall(item) as AuditRecord);
    },

    async head(stream) {
      const { Item } = await dynamo.send(
        new GetItemCommand({ TableName: controlTable, Key: { id: { S: headId(stream) } }, ConsistentRead: true }),
      );
      return Item && { stream, seq: Number(Item.seq?.N), hash: Item.hash?.S ?? '' };
    },

    async add(record) {
      return putIf(
        new PutItemCommand({
          TableName: auditTable,
          Item: marshall(record),
          ConditionExpression: 'attribute_not_exists(seq)',
        }),
      );
    },

    async moveHead({ stream, seq, hash }: AuditHead) {
      await putIf(
        new PutItemCommand({
          TableName: controlTable,
          Item: { id: { S: headId(stream) }, seq: { N: String(seq) }, hash: { S: hash } },
          ConditionExpression: 'attribute_not_exists(id) OR seq < :seq',
          ExpressionAttributeValues: { ':seq': { N: String(seq) } },
        }),
      );
    },

    async *records(stream) {
      let from: Record<string, AttributeValue> | undefined;
      do {
        const page = await query(stream, { ScanIndexForward: true, ...(from && { ExclusiveStartKey: from }) });
        for (const item of page.Items ?? []) yield unmarshall(item) as AuditRecord;
        from = page.LastEvaluatedKey;
      } while (from);
    },
  };

  async function putIf(command: PutItemCommand): Promise<boolean> {
    try {
      await dynamo.send(command);
      return true;
    } catch (error) {
      if (isConditionRefused(error)) return false;
      throw error;
    }
  }
}
