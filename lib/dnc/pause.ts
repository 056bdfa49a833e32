import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';

/** A `Retry-After` that outlasts the run binds the next runs too; a mistaken one must not stop opt-outs for longer than this. */
export const MAX_PAUSE_MS = 3_600_000;

/** Until when CXone asked us to send no Do-Not-Call request; kept in Control. */
export interface Pause {
  /** Epoch milliseconds; 0: none was asked for. */
  untilMs(): Promise<number>;
  set(untilMs: number): Promise<void>;
}

/** Key of its item: rights on the table are given by it. */
export const PAUSE_ID = 'dnc-pause';

export function createPause(settings: { dynamo: Pick<DynamoDBClient, 'send'>; table: string }): Pause {
  const { dynamo, table } = settings;
  const id = { S: PAUSE_ID };
  return {
    async untilMs() {
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      return Number(Item?.untilMs?.N ?? 0);
    },
    async set(untilMs) {
      await dynamo.send(new PutItemCommand({ TableName: table, Item: { id, untilMs: { N: String(untilMs) } } }));
    },
  };
}
