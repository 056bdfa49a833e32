import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';

/** An interaction's newest state as InteractionState holds it. */
export interface StoredInteraction {
  interactionId: string;
  /** As CXone wrote it. */
  updatedTimestamp: string;
  eventId: string;
  /** Epoch ms. */
  receivedAtMs: number;
  /** The update's body, text as CXone sent it. */
  body: string;
  /** Epoch seconds; DynamoDB deletes it some time after. */
  expiresAt: number;
}

const itemSchema = z.object({
  interactionId: z.string(),
  updatedTimestamp: z.string(),
  eventId: z.string(),
  receivedAtMs: z.number(),
  body: z.string(),
  expiresAt: z.number(),
});

/** Strongly read. undefined: no update of it came within the last 30 days. */
export async function readInteraction(
  { dynamo, table }: { dynamo: Pick<DynamoDBClient, 'send'>; table: string },
  interactionId: string,
): Promise<StoredInteraction | undefined> {
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { interactionId: { S: interactionId } }, ConsistentRead: true }),
  );
  // a state has numbers beyond doubles (updatedAtNs) that nobody here looks at
  return Item === undefined ? undefined : itemSchema.parse(unmarshall(Item, { wrapNumbers: (text) => Number(text) }));
}
