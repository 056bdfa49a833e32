import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { messageOf } from '../lib/platform/errors.ts';
import { type TableName, tableName } from '../lib/stage/names.ts';

/** Which relay a command works on: its tables, and a client for them. */
export interface Target {
  dynamo: DynamoDBClient;
  tableOf(name: TableName): string;
  /** For the first line of an output: people should see where they are. */
  description: string;
}

export interface TargetOptions {
  /** A stage in AWS; undefined: the relay of `npm start` on this machine. */
  stage: string | undefined;
  /** Port of the local relay. */
  port: string | undefined;
}

/** Options of `util.parseArgs` for commands that use a target. */
export const TARGET_OPTIONS = { stage: { type: 'string' }, port: { type: 'string' } } as const;

export const TARGET_HELP = `  --stage NAME       a deployed stage; region and credentials as for the AWS CLI  (the relay of "npm start")
  --port N           port of the local relay                                       (PORT, 8787)
`;

/** @throws Error that says how to start or name the relay */
export async function findTarget({ stage, port }: TargetOptions): Promise<Target> {
  if (stage === undefined) return localTarget(port ?? process.env.PORT ?? '8787');
  return {
    dynamo: new DynamoDBClient({}),
    tableOf: (name) => tableName(stage, name),
    description: `stage ${stage} in AWS`,
  };
}

async function localTarget(port: string): Promise<Target> {
  const url = `http://127.0.0.1:${port}`;
  let endpoints: LocalEndpoints;
  try {
    const answer = await fetch(`${url}/_local/endpoints`, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    endpoints = (await answer.json()) as LocalEndpoints;
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new Error(
      `no local relay at ${url} (${cause}): start one with "npm start", or name a deployed one with --stage`,
    );
  }
  return {
    dynamo: new DynamoDBClient({
      endpoint: endpoints.dynamodb,
      region: endpoints.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
    tableOf(name) {
      const table = endpoints.tables[name];
      if (table === undefined) throw new Error(`the relay at ${url} names no table ${name}`);
      return table;
    },
    description: `the local relay at ${url}`,
  };
}

/** What `GET /_local/endpoints` answers. */
interface LocalEndpoints {
  dynamodb: string;
  region: string;
  tables: Partial<Record<TableName, string>>;
}
