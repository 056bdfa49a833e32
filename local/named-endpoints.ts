import { deadLetterQueueName, eventsQueueName, TABLE_NAMES, type TableName, tableName } from '../lib/stage/names.ts';
import type { Stage } from '../lib/stage/stage.ts';
import type { Deployment } from './deployment.ts';
import type { Services } from './services.ts';
import { REGION } from './template/resolve.ts';

/** `GET /_local/endpoints`: what the commands of `cli/` need to work on this relay. Any credentials do. */
export interface NamedEndpoints {
  dynamodb: string;
  sqs: string;
  secretsManager: string;
  region: string;
  stage: string;
  tables: Record<TableName, string>;
  /** URLs. */
  queues: { events: string; deadLetter: string };
  /** Names. */
  secrets: Stage['secrets'];
  dncHistoryYears: number;
}

export function namedEndpoints(
  stage: Stage,
  services: Pick<Services, 'dynamoEndpoint' | 'sqsEndpoint'>,
  secretsManager: string,
  { queueUrls }: Pick<Deployment, 'queueUrls'>,
): NamedEndpoints {
  const tables = Object.fromEntries(TABLE_NAMES.map((name) => [name, tableName(stage.name, name)]));
  return {
    dynamodb: services.dynamoEndpoint,
    sqs: services.sqsEndpoint,
    secretsManager,
    region: REGION,
    stage: stage.name,
    tables: tables as Record<TableName, string>,
    queues: {
      events: queueUrls.get(eventsQueueName(stage.name)) ?? '',
      deadLetter: queueUrls.get(deadLetterQueueName(stage.name)) ?? '',
    },
    secrets: stage.secrets,
    dncHistoryYears: stage.dnc.historyYears,
  };
}
