import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readStageFile, stageFilePath } from '../../infra/stage-file.ts';
import { messageOf } from '../../lib/platform/errors.ts';
import {
  deadLetterQueueName,
  eventsQueueName,
  type FunctionName,
  functionName,
  type TableName,
  tableName,
} from '../../lib/stage/names.ts';
import { invokeLambda, invokeLocally } from './invoke.ts';
import { type SecretName, secretNameOf } from './secret-names.ts';

/** Which relay a command works on: where its parts are, and clients for them. */
export interface Target {
  dynamo: DynamoDBClient;
  sqs: SQSClient;
  secretsManager: SecretsManagerClient;
  tableOf(name: TableName): string;
  secretOf(name: SecretName): string;
  queueUrls(): Promise<QueueUrls>;
  /** Runs a function now and answers its result. @throws Error with what the function threw */
  invoke(name: FunctionName, event: unknown): Promise<unknown>;
  /** `dnc.historyYears` of the stage. @throws ConfigError when its stage file is not here or has faults */
  dncHistoryYears(): number;
  /** For the first line of an output: people should see where they are. */
  description: string;
}

export interface QueueUrls {
  events: string;
  deadLetter: string;
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
  return stage === undefined ? localTarget(port ?? process.env.PORT ?? '8787') : stageTarget(stage);
}

function stageTarget(stage: string): Target {
  // AWS_ENDPOINT_URL_SQS, where it is set, holds for calls on a queue, too: emulators answer host names that do not resolve
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const urlOf = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
  return {
    dynamo: new DynamoDBClient({}),
    sqs,
    secretsManager: new SecretsManagerClient({}),
    tableOf: (name) => tableName(stage, name),
    secretOf: (name) => secretNameOf(stage, name),
    queueUrls: async () => ({
      events: await urlOf(eventsQueueName(stage)),
      deadLetter: await urlOf(deadLetterQueueName(stage)),
    }),
    invoke: (name, event) => invokeLambda(functionName(stage, name), event),
    dncHistoryYears: () => readStageFile(stageFilePath(stage), 'cloud').dnc.historyYears,
    description: `stage ${stage} in AWS`,
  };
}

async function localTarget(port: string): Promise<Target> {
  const url = `http://127.0.0.1:${port}`;
  const { dynamodb, sqs, secretsManager, region, tables, queues, secrets, dncHistoryYears } = await localEndpoints(url);
  const common = { region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return {
    dynamo: new DynamoDBClient({ ...common, endpoint: dynamodb }),
    sqs: new SQSClient({ ...common, endpoint: sqs }),
    secretsManager: new SecretsManagerClient({ ...common, endpoint: secretsManager }),
    tableOf: (name) => tables[name],
    secretOf: (name) => secrets[name],
    queueUrls: async () => queues,
    invoke: (name, event) => invokeLocally(url, name, event),
    dncHistoryYears: () => dncHistoryYears,
    description: `the local relay at ${url}`,
  };
}

/** What `GET /_local/endpoints` answers. */
interface LocalEndpoints {
  dynamodb: string;
  sqs: string;
  secretsManager: string;
  region: string;
  tables: Record<TableName, string>;
  queues: QueueUrls;
  secrets: Record<SecretName, string>;
  dncHistoryYears: number;
}

async function localEndpoints(url: string): Promise<LocalEndpoints> {
  try {
    const answer = await fetch(`${url}/_local/endpoints`, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as LocalEndpoints;
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new Error(
      `no local relay at ${url} (${cause}): start one with "npm start", or name a deployed one with --stage`,
    );
  }
}
