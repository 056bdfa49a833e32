import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createSqsEventQueue } from '../../lib/events/sqs-event-queue.ts';
import { parseWebhookSecret } from '../../lib/events/webhook-secret.ts';
import { createSecretsManager, createSqs } from '../../lib/platform/aws.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { createLog } from '../../lib/platform/logging.ts';
import { createMetrics } from '../../lib/platform/metrics.ts';
import { secretsFrom } from '../../lib/platform/secrets.ts';
import { parseRegistryCredentials } from '../../lib/routing/schema-registry/credentials.ts';
import { readBundledStage } from '../../lib/stage/bundled.ts';
import { admissionOf } from './admission.ts';
import { environmentSchema } from './config.ts';
import { createHandler } from './handler.ts';
import { schemaCheckOf } from './schemas.ts';

const environment = readEnvironment(environmentSchema, process.env);
const stage = readBundledStage(import.meta.url);
const log = createLog('webhook-receiver', stage.name);

const secretsManager = createSecretsManager({ maxAttempts: 2, requestTimeoutMs: 1000 });
const secretOf = secretsFrom(secretsManager, systemClock, log);
const registrySecret = stage.secrets.schemaRegistry;

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(
  createHandler({
    ...admissionOf(stage),
    schemas: schemaCheckOf({
      schemaRegistry: stage.schemaRegistry,
      credentials: registrySecret === null ? undefined : secretOf(registrySecret, parseRegistryCredentials),
      clock: systemClock,
      log,
    }),
    secrets: secretOf(environment.WEBHOOK_SECRET_NAME, parseWebhookSecret),
    queue: createSqsEventQueue({
      sqs: createSqs({ maxAttempts: 3, requestTimeoutMs: 2000 }),
      queueUrl: environment.EVENTS_QUEUE_URL,
    }),
    clock: systemClock,
    log,
    metrics: createMetrics('webhook-receiver', stage.name),
  }),
);
