import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

export interface LocalDynamo {
  endpoint: string;
  /** Tables belong to it. */
  accessKeyId: string;
  client: DynamoDBClient;
  stop(): Promise<void>;
}

/**
 * A DynamoDB without tables; every test file starts its own. An emulator of this process's on a free port, or, where
 * `RELAY_TEST_DYNAMODB_URL` names a DynamoDB Local, what that keeps for an access key of its own.
 */
export async function startDynamo(): Promise<LocalDynamo> {
  const shared = process.env.RELAY_TEST_DYNAMODB_URL;
  if (shared !== undefined) {
    const accessKeyId = randomBytes(8).toString('hex');
    const client = clientOf(shared, accessKeyId);
    return { endpoint: shared, accessKeyId, client, stop: async () => client.destroy() };
  }
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }) as Server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accessKeyId = 'local';
  const client = clientOf(endpoint, accessKeyId);
  return {
    endpoint,
    accessKeyId,
    client,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const clientOf = (endpoint: string, accessKeyId: string): DynamoDBClient =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'local' } });

const key = (name: string, type: 'S' | 'N', role: 'HASH' | 'RANGE') => ({ name, type, role });

/** The relay's tables as the stack makes them, by what they hold. */
const TABLES = {
  Ledger: [key('key', 'S', 'HASH')],
  InteractionState: [key('interactionId', 'S', 'HASH')],
  DncQueue: [key('phoneNumber', 'S', 'HASH')],
  DncHistory: [key('phoneNumber', 'S', 'HASH'), key('entry', 'S', 'RANGE')],
  Tokens: [key('credential', 'S', 'HASH')],
  Control: [key('id', 'S', 'HASH')],
  Audit: [key('stream', 'S', 'HASH'), key('seq', 'N', 'RANGE')],
} as const;
export type TableName = keyof typeof TABLES;

const PENDING_INDEX = {
  IndexName: 'pending',
  KeySchema: [
    { AttributeName: 'pendingShard', KeyType: 'HASH' as const },
    { AttributeName: 'nextAttemptAtMs', KeyType: 'RANGE' as const },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' as const },
};

/** Creates the named tables; answers once they can be used. */
export async function createTables(dynamo: DynamoDBClient, ...names: TableName[]): Promise<void> {
  for (const name of names) await dynamo.send(new CreateTableCommand(tableInput(name)));
}

function tableInput(name: TableName): CreateTableCommandInput {
  const keys = TABLES[name];
  const attributes: { name: string; type: 'S' | 'N' }[] = keys.map(({ name, type }) => ({ name, type }));
  if (name === 'DncQueue') attributes.push({ name: 'pendingShard', type: 'S' }, { name: 'nextAttemptAtMs', type: 'N' });
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys.map(({ name, role }) => ({ AttributeName: name, KeyType: role })),
    AttributeDefinitions: attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    ...(name === 'DncQueue' && { GlobalSecondaryIndexes: [PENDING_INDEX] }),
  };
}
