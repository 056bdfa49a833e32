import { type AttributeValue, type DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { HEAD_PREFIX } from './dynamo-store.ts';
import type { AuditRecord } from './record.ts';

/** Those that the relay writes; they are looked at even when their heads have been done away with. */
export const AUDIT_STREAMS = ['dnc', 'subscriptions'] as const;

/** The known streams and every other that has a head. Reads the Control table (small), not the trail. */
export async function auditStreams(dynamo: Pick<DynamoDBClient, 'send'>, controlTable: string): Promise<string[]> {
  const streams = new Set<string>(AUDIT_STREAMS);
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({
        TableName: controlTable,
        ProjectionExpression: 'id',
        FilterExpression: 'begins_with(id, :prefix)',
        ExpressionAttributeValues: { ':prefix': { S: HEAD_PREFIX } },
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    for (const { id } of page.Items ?? []) streams.add((id?.S ?? '').slice(HEAD_PREFIX.length));
    from = page.LastEvaluatedKey;
  } while (from);
  return [...streams].sort();
}

/** The newest records of a stream, oldest of them first. */
export async function newestRecords(
  dynamo: Pick<DynamoDBClient, 'send'>,
  auditTable: string,
  stream: string,
  limit: number,
): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: auditTable,
        KeyConditionExpression: '#stream = :stream',
        ExpressionAttributeNames: { '#stream': 'stream' }, // a reserved word
        ExpressionAttributeValues: { ':stream': { S: stream } },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit - records.length,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    records.push(...(page.Items ?? []).map((item) => unmarshall(item) as AuditRecord));
    from = page.LastEvaluatedKey;
  } while (from && records.length < limit);
  return records.reverse();
}
