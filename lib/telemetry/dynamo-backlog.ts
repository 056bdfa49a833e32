import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isConditionRefused } from '../platform/lease.ts';
import type { BacklogStore, InfluxBacklog } from './influx-backlog.ts';

/** Id of the item in the control table. */
export const INFLUX_BACKLOG_ID = 'telemetry#influx';

/** The backlog as one item of the control table, `{id, version, backlog}`, the last as JSON text. */
export function createDynamoBacklog(dynamo: Pick<DynamoDBClient, 'send'>, table: string): BacklogStore {
  const id = { S: INFLUX_BACKLOG_ID };
  return {
    async read() {
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      if (Item === undefined) return undefined;
      return { backlog: JSON.parse(Item.backlog?.S ?? '') as InfluxBacklog, version: Number(Item.version?.N) };
    },
    async write(backlog, version) {
      const command = new PutItemCommand({
        TableName: table,
        Item: { id, version: { N: String(version + 1) }, backlog: { S: JSON.stringify(backlog) } },
        ConditionExpression: 'attribute_not_exists(id) OR #version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': { N: String(version) } },
      });
      try {
        await dynamo.send(command);
        return 'done';
      } catch (error) {
        if (isConditionRefused(error)) return 'refused';
        throw error;
      }
    },
  };
}
