import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { parseWebhookSecret } from '../../lib/events/webhook-secret.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { readBundledStage } from '../../lib/stage/bundled.ts';
import { createSubscriptionApi } from '../../lib/subscriptions/api.ts';
import { createDynamoControlStore } from '../../lib/subscriptions/control.ts';
import { createRegistrySync } from '../../lib/subscriptions/registry-sync.ts';
import { createCxoneWriter } from '../../lib/wiring/cxone-writer.ts';
import { environmentSchema } from './config.ts';
import { createHandler, type ReconcilerEvent, type ReconcilerResult } from './handler.ts';

const environment = readEnvironment(environmentSchema, process.env);
const stage = readBundledStage(import.meta.url);
const { client, audit, acquireLease, dynamo, secretOf, clock, log, metrics, writeNumbers } = createCxoneWriter({
  service: 'subscription-reconciler',
  stream: 'subscriptions',
  stage,
  environment,
  dynamoAttempts: 4,
});
const webhookSecrets = secretOf(environment.WEBHOOK_SECRET_NAME, parseWebhookSecret);
const registryUrl = stage.registryWebhookUrl;

const reconciler = createHandler({
  stage: stage.name,
  desired: stage.subscriptions,
  prune: stage.pruneSubscriptions,
  webhooks: {
    ...stage.webhooks,
    targetUrl: stage.webhooks.targetUrl ?? environment.WEBHOOK_URL,
    paths: stage.cxone.paths,
  },
  webhookSecrets: () => webhookSecrets.get(),
  client,
  api: createSubscriptionApi(client, stage.cxone.paths.subscriptions),
  control: createDynamoControlStore(dynamo, environment.CONTROL_TABLE),
  audit,
  registry:
    registryUrl === null ? undefined : (deadlineMs) => createRegistrySync({ url: registryUrl, clock, log, deadlineMs }),
  acquireLease,
  clock,
  log,
  metrics,
});

export const handler = middy<ReconcilerEvent, ReconcilerResult, Error, Context>(reconciler).use(writeNumbers);
