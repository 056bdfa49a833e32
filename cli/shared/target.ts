import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createDeadLetterQueue, type DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import type { FunctionName, TableName } from '../../lib/stage/names.ts';
import type { SecretName } from './secret-names.ts';

/** Which relay a command works on: where its parts are, and clients for them. */
export interface Target {
  dynamo: DynamoDBClient;
  secretsManager: SecretsManagerClient;
  tableOf(name: TableName): string;
  secretOf(name: SecretName): string;
  deadLetterQueue(): Promise<DeadLetterQueue>;
  /** Where events are posted to. */
  webhookUrl(): Promise<string>;
  /** Runs a function now and answers its result. @throws Error with what the function threw */
  invoke(name: FunctionName, event: unknown): Promise<unknown>;
  /** `dnc.historyYears` of the stage. @throws ConfigError when its stage file is not here or has faults */
  dncHistoryYears(): number;
  /** For the first line of an output: people should see where they are. */
  description: string;
}

export interface TargetOptions {
  local?: true | undefined;
  /** A stage in AWS; undefined: the relay of `npm start` on this machine. */
  stage?: string | undefined;
  /** Port of the local relay. */
  port?: number | undefined;
}

/** Longer than a round of the largest redrive takes; what a killed command held comes back after it. */
const HOLD_SECONDS = 900;

export const deadLetterQueueAt = (sqs: SQSClient, urls: { events: string; deadLetter: string }): DeadLetterQueue =>
  createDeadLetterQueue({
    sqs,
    deadLetterUrl: urls.deadLetter,
    eventsUrl: urls.events,
    holdSeconds: HOLD_SECONDS,
    waitSeconds: 1,
  });
