import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueResource } from './template/resources.ts';

/**
 * Creates a queue unless it is there (another relay may share it, and then keeps what it is) and answers its URL, below the
 * endpoint we were given: emulators answer host names that need not resolve here.
 */
export async function ensureQueue(
  sqs: SQSClient,
  endpoint: string,
  { name, attributes }: QueueResource,
): Promise<string> {
  const existing = await sqs.send(new GetQueueUrlCommand({ QueueName: name })).catch((error: unknown) => {
    if (isNamed(error, /QueueDoesNotExist|NonExistentQueue/)) return undefined;
    throw error;
  });
  const { QueueUrl } =
    existing ?? (await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes })));
  return endpoint + new URL(QueueUrl ?? '').pathname;
}

/**
 * Creates a table from its template unless it is there. Time to live is left out: items that are too old are told from others
 * in code, and emulators delete them late or never.
 */
export async function ensureTable(dynamo: DynamoDBClient, properties: Record<string, unknown>): Promise<void> {
  const { TableName, AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes } =
    properties as unknown as CreateTableCommandInput;
  const input = { TableName, AttributeDefinitions, KeySchema, BillingMode };
  try {
    await dynamo.send(
      new CreateTableCommand(GlobalSecondaryIndexes === undefined ? input : { ...input, GlobalSecondaryIndexes }),
    );
  } catch (error) {
    if (!isNamed(error, /^ResourceInUseException$/)) throw error;
  }
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName });
}

const isNamed = (error: unknown, name: RegExp): boolean => error instanceof Error && name.test(error.name);
