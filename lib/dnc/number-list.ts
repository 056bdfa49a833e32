import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../platform/clock.ts';
import { FAILED_SHARDS } from './index-shards.ts';
import { type Attributes, decodeDncItem, PENDING_SHARDS } from './item.ts';
import { READ_ITEMS, readItems } from './item-reader.ts';
import { shardPages } from './shard-pages.ts';
import type { DncItem, DncState } from './types.ts';

export interface NumberListSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  /** DncQueue. */
  table: string;
  clock: Clock;
}

/** Items of one state, for people. Pending and failed ones come from the index, shard by shard; only synced ones need a scan. */
export async function* numbersInState(settings: NumberListSettings, state: DncState): AsyncGenerator<DncItem> {
  if (state === 'synced') {
    for await (const item of scan(settings)) if (item.state === 'synced') yield item;
    return;
  }
  for (const shard of state === 'failed' ? FAILED_SHARDS : PENDING_SHARDS) {
    for await (const keys of shardPages(settings, shard, { pageSize: READ_ITEMS })) {
      const items = await readItems(
        settings,
        keys.map(({ phoneNumber }) => phoneNumber),
      );
      yield* items.filter((item) => item.state === state);
    }
  }
}

async function* scan({ dynamo, table }: NumberListSettings): AsyncGenerator<DncItem> {
  let from: Attributes | undefined;
  do {
    const start = from === undefined ? {} : { ExclusiveStartKey: from };
    const page = await dynamo.send(new ScanCommand({ TableName: table, ConsistentRead: true, ...start }));
    yield* (page.Items ?? []).map(decodeDncItem);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}
