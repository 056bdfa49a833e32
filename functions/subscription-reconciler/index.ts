import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { createDynamoAuditStore } from '../../lib/audit/dynamo-store.ts';
import { parseAuditKeys } from '../../lib/audit/record.ts';
import { createAuditTrail } from '../../lib/audit/trail.ts';
import { createCxoneClient } from '../../lib/cxone/client.ts';
import { parseCxoneCredentials } from '../../lib/cxone/credentials.ts';
import { createDynamoTokenStore } from '../../lib/cxone/dynamo-token-store.ts';
import { parseWebhookSecret } from '../../lib/events/webhook-secret.ts';
import { atEnd } from '../../lib/platform/at-end.ts';
import { createDynamo, createSecretsManager } from '../../lib/platform/aws.ts';
import { systemClock as clock } from '../../lib/platform/clock.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { acquireLease } from '../../lib/platform/lease.ts';
import { createLog } from '../../lib/platform/logging.ts';
import { createMetrics } from '../../lib/platform/metrics.ts';
import { secretsFrom } from '../../lib/platform/secrets.ts';
import { readBundledStage } from '../../lib/stage/bundled.ts';
import { createSubscriptionApi } from '../../lib/subscriptions/api.ts';
import { createDynamoControlStore } from '../../lib/subscriptions/control.ts';
import { createRegistrySync } from '../../lib/subscriptions/registry-sync.ts';
import { countCxoneTries } from '../../lib/telemetry/counted-cxone.ts';
import { countersOf } from '../../lib/telemetry/counters-of.ts';
import { environmentSchema } from './config.ts';
import { createHandler, type ReconcilerEvent, type ReconcilerResult } from './handler.ts';

const SERVICE = 'subscription-reconciler';

const environment = readEnvironment(environmentSchema, process.env);
const stage = readBundledStage(import.meta.url);
const log = createLog(SERVICE, stage.name);
const metrics = createMetrics(SERVICE, stage.name);
const dynamo = createDynamo({ maxAttempts: 4, requestTimeoutMs: 3000 });
const secretsManager = createSecretsManager({ maxAttempts: 3, requestTimeoutMs: 3000 });

const secretOf = secretsFrom(secretsManager, clock, log);
const auditKeys = secretOf(environment.AUDIT_SECRET_NAME, parseAuditKeys);
const webhookSecrets = secretOf(environment.WEBHOOK_SECRET_NAME, parseWebhookSecret);

const counters = countersOf({
  isOn: stage.telemetry.counters,
  dynamo,
  table: environment.CONTROL_TABLE,
  service: SERVICE,
  clock,
  log,
});
const client = createCxoneClient({
  api: stage.cxone,
  credentials: secretOf(environment.CXONE_SECRET_NAME, parseCxoneCredentials),
  credentialsName: environment.CXONE_SECRET_NAME,
  tokenStore: createDynamoTokenStore({ dynamo, table: environment.TOKENS_TABLE }),
  clock,
  log,
  metrics,
  onTry: countCxoneTries(stage.cxone, counters),
});
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
  audit: createAuditTrail({
    store: createDynamoAuditStore({
      dynamo,
      auditTable: environment.AUDIT_TABLE,
      controlTable: environment.CONTROL_TABLE,
    }),
    stream: 'subscriptions',
    keys: () => auditKeys.get(),
    clock,
    log,
  }),
  registry:
    registryUrl === null ? undefined : (deadlineMs) => createRegistrySync({ url: registryUrl, clock, log, deadlineMs }),
  acquireLease: (durationMs) =>
    acquireLease({
      dynamo,
      table: environment.CONTROL_TABLE,
      name: SERVICE,
      owner: randomUUID(),
      durationMs,
      clock,
    }),
  clock,
  log,
  metrics,
});

export const handler = middy<ReconcilerEvent, ReconcilerResult, Error, Context>(reconciler).use(
  atEnd(async () => {
    metrics.flush();
    await counters?.write();
  }),
);
