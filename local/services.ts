import { createHmac } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Stage } from '../lib/stage/stage.ts';
import { startEmbeddedDynamo } from './embedded/dynamodb.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from './embedded/redis/server.ts';
import { type EmbeddedSecretsManager, startEmbeddedSecretsManager } from './embedded/secrets-manager.ts';
import { startEmbeddedSqs } from './embedded/sqs.ts';
import { startRedisBridge } from './redis-bridge.ts';
import type { LocalSettings } from './settings.ts';
import { REGION } from './template/resolve.ts';

/** Everything that AWS and Upstash are for the relay, each embedded or the one that the settings name. */
export interface Services {
  sqsEndpoint: string;
  dynamoEndpoint: string;
  redis: { url: string; token: string };
  /** null: Redis is a server of its own. */
  embeddedRedis: EmbeddedRedis | null;
  sqs: SQSClient;
  dynamo: DynamoDBClient;
  close(): Promise<void>;
}

/** Emulators take any; a relay on one machine has none of its owner's. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

export async function startServices(settings: LocalSettings): Promise<Services> {
  const closing: (() => Promise<void>)[] = [];
  const started = async <T extends { close(): Promise<void> }>(service: Promise<T>): Promise<T> => {
    const running = await service;
    closing.push(() => running.close());
    return running;
  };
  let embeddedRedis: EmbeddedRedis | null = null;
  const redisOf = async (): Promise<{ url: string; token: string }> => {
    if (settings.upstash !== null) return settings.upstash;
    if (settings.redisUrl !== null) return started(startRedisBridge(settings.redisUrl));
    embeddedRedis = await started(startEmbeddedRedis());
    return embeddedRedis;
  };
  const sqsEndpoint = settings.sqsEndpoint ?? (await started(startEmbeddedSqs())).url;
  const dynamoEndpoint = settings.dynamoEndpoint ?? (await started(startEmbeddedDynamo())).url;
  const redis = await redisOf();
  const common = { region: REGION, credentials: CREDENTIALS, maxAttempts: 5 };
  const sqs = new SQSClient({ ...common, endpoint: sqsEndpoint });
  const dynamo = new DynamoDBClient({ ...common, endpoint: dynamoEndpoint });
  return {
    sqsEndpoint,
    dynamoEndpoint,
    redis,
    embeddedRedis,
    sqs,
    dynamo,
    async close() {
      sqs.destroy();
      dynamo.destroy();
      await Promise.all(closing.map((close) => close()));
    },
  };
}

export interface SecretValues {
  redis: { url: string; token: string };
  cxone: { clientId: string; clientSecret: string };
  webhookSecret: string;
  prometheusToken: string;
  influxToken: string;
}

/** The secrets that the stage names, in the forms that Secrets Manager would hold. */
export function startSecrets(
  stage: Stage,
  { redis, cxone, webhookSecret, prometheusToken, influxToken }: SecretValues,
): Promise<EmbeddedSecretsManager> {
  const { secrets } = stage;
  // neither is the signing secret itself: the URL token is given away with the URL
  const derived = (purpose: string) => createHmac('sha256', webhookSecret).update(purpose).digest('base64url');
  return startEmbeddedSecretsManager(
    new Map<string, Record<string, unknown>>([
      [secrets.webhook, { current: webhookSecret, urlToken: derived('url-token'), bearer: derived('bearer') }],
      [secrets.upstash, { url: redis.url, token: redis.token }],
      [secrets.kafka, { username: 'local', password: 'local' }],
      [secrets.cxone, { ...cxone }],
      [secrets.audit, { key: LOCAL_AUDIT_KEY }],
      [secrets.prometheus, { token: prometheusToken }],
      [secrets.influx, { token: influxToken }],
    ]),
  );
}

/** Shows tampering to whoever does not read this line; a deployed stage has a secret one. */
export const LOCAL_AUDIT_KEY = 'local-audit-key-0123456789abcdef';
