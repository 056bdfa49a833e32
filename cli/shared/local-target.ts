import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { messageOf } from '../../lib/platform/errors.ts';
import type { TableName } from '../../lib/stage/names.ts';
import { invokeLocally } from './invoke.ts';
import type { SecretName } from './secret-names.ts';
import { deadLetterQueueAt, type Target } from './target.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_PORT = 8787;

/** The relay of `npm start`, by what it says of itself. @throws Error that says how to start one */
export async function localTarget(port: number | undefined): Promise<Target> {
  const url = `http://127.0.0.1:${port ?? environmentPort()}`;
  const { dynamodb, sqs, secretsManager, region, tables, queues, secrets, dncHistoryYears } = await localEndpoints(url);
  const common = { region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return {
    dynamo: new DynamoDBClient({ ...common, endpoint: dynamodb }),
    secretsManager: new SecretsManagerClient({ ...common, endpoint: secretsManager }),
    tableOf: (name) => tables[name],
    secretOf: (name) => secrets[name],
    deadLetterQueue: async () => deadLetterQueueAt(new SQSClient({ ...common, endpoint: sqs }), queues),
    webhookUrl: async () => `${url}/cxone/events`,
    invoke: (name, event) => invokeLocally(url, name, event),
    dncHistoryYears: () => dncHistoryYears,
    description: `the local relay at ${url}`,
  };
}

function environmentPort(): number {
  const { PORT } = process.env;
  if (PORT === undefined || PORT === '') return DEFAULT_PORT;
  const port = Number(PORT);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`PORT: "${PORT}" is no port of the local relay; give --port, or set PORT from 1 to 65535`);
}

/** What `GET /_local/endpoints` answers. */
interface LocalEndpoints {
  dynamodb: string;
  sqs: string;
  secretsManager: string;
  region: string;
  tables: Record<TableName, string>;
  queues: { events: string; deadLetter: string };
  secrets: Record<SecretName, string>;
  dncHistoryYears: number;
}

async function localEndpoints(url: string): Promise<LocalEndpoints> {
  try {
    const answer = await fetch(`${url}/_local/endpoints`, { signal: AbortSignal.timeout(5000) });
    const endpoints = answer.ok ? ((await answer.json()) as Partial<LocalEndpoints> | null) : undefined;
    if (endpoints?.dynamodb === undefined) throw new Error(`something else answers there, with ${answer.status}`);
    return endpoints as LocalEndpoints;
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new Error(
      `no local relay at ${url} (${cause}): start one with "npm start", or name a deployed one with --stage`,
    );
  }
}
