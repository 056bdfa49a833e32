import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { type Attributes, PENDING_INDEX } from './item.ts';

export interface IndexSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  /** DncQueue. */
  table: string;
}

/** What the index holds of an item. */
export interface IndexKey {
  phoneNumber: string;
  nextAttemptAtMs: number;
}

/**
 * One index partition, ordered by `nextAttemptAtMs`, a page a Query. The index is eventually consistent: a key may be stale by
 * moments, so whoever acts on one reads the item itself.
 */
export async function* shardPages(
  { dynamo, table }: IndexSettings,
  shard: string,
  options: { dueByMs?: number; pageSize: number },
): AsyncGenerator<IndexKey[]> {
  let from: Attributes | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({ ...queryOf(table, shard, options.dueByMs), Limit: options.pageSize, ...startAt(from) }),
    );
    const keys = (page.Items ?? []).map(keyOf);
    if (keys.length > 0) yield keys;
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** How many keys the partitions hold; counted by DynamoDB, nothing is transferred. */
export async function countShards({ dynamo, table }: IndexSettings, shards: readonly string[]): Promise<number> {
  const counts = shards.map(async (shard) => {
    let count = 0;
    let from: Attributes | undefined;
    do {
      const page = await dynamo.send(new QueryCommand({ ...queryOf(table, shard), Select: 'COUNT', ...startAt(from) }));
      count += page.Count ?? 0;
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return count;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** First and last keys of a partition, at most `count` of each end. */
export async function shardEnds({ dynamo, table }: IndexSettings, shard: string, count: number): Promise<IndexKey[]> {
  const ends = [true, false].map(async (forward) => {
    const query = { ...queryOf(table, shard), Limit: count, ScanIndexForward: forward };
    return ((await dynamo.send(new QueryCommand(query))).Items ?? []).map(keyOf);
  });
  return (await Promise.all(ends)).flat();
}

function queryOf(table: string, shard: string, dueByMs?: number): QueryCommandInput {
  return {
    TableName: table,
    IndexName: PENDING_INDEX,
    KeyConditionExpression: `pendingShard = :shard${dueByMs === undefined ? '' : ' AND nextAttemptAtMs <= :due'}`,
    ExpressionAttributeValues: {
      ':shard': { S: shard },
      ...(dueByMs !== undefined && { ':due': { N: String(dueByMs) } }),
    },
  };
}

function startAt(from: Attributes | undefined): Pick<QueryCommandInput, 'ExclusiveStartKey'> {
  return from === undefined ? {} : { ExclusiveStartKey: from };
}

function keyOf(item: Attributes): IndexKey {
  return { phoneNumber: item.phoneNumber?.S ?? '', nextAttemptAtMs: Number(item.nextAttemptAtMs?.N) };
}
