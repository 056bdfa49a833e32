import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { createDynamoAuditStore } from '../../lib/audit/dynamo-store.ts';
import { parseAuditKeys } from '../../lib/audit/record.ts';
import { createAuditTrail } from '../../lib/audit/trail.ts';
import { createCxoneClient } from '../../lib/cxone/client.ts';
import { parseCxoneCredentials } from '../../lib/cxone/credentials.ts';
import { createDynamoTokenStore } from '../../lib/cxone/dynamo-token-store.ts';
import { drain } from '../../lib/dnc/drain.ts';
import { createDueWishes } from '../../lib/dnc/due-wishes.ts';
import { createDncHistory } from '../../lib/dnc/history.ts';
import { DEFAULT_LATENESS, DEFAULT_LEASE_MS } from '../../lib/dnc/lease-cover.ts';
import { createPause } from '../../lib/dnc/pause.ts';
import { pendingSummary } from '../../lib/dnc/pending-summary.ts';
import { createSettlement } from '../../lib/dnc/settlement.ts';
import { atEnd } from '../../lib/platform/at-end.ts';
import { createDynamo, createSecretsManager } from '../../lib/platform/aws.ts';
import { systemClock as clock } from '../../lib/platform/clock.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { codeOf, messageOf } from '../../lib/platform/errors.ts';
import { acquireLease } from '../../lib/platform/lease.ts';
import { createLog } from '../../lib/platform/logging.ts';
import { createMetrics } from '../../lib/platform/metrics.ts';
import { secretsFrom } from '../../lib/platform/secrets.ts';
import { readBundledStage } from '../../lib/stage/bundled.ts';
import { countCxoneTries } from '../../lib/telemetry/counted-cxone.ts';
import { countersOf } from '../../lib/telemetry/counters-of.ts';
import { environmentSchema } from './config.ts';
import { dncApiOf } from './dnc-api.ts';
import { type BatcherResult, createHandler } from './handler.ts';

const SERVICE = 'dnc-batcher';

const environment = readEnvironment(environmentSchema, process.env);
const stage = readBundledStage(import.meta.url);
const log = createLog(SERVICE, stage.name);
const metrics = createMetrics(SERVICE, stage.name);
const dynamo = createDynamo({ maxAttempts: 4, requestTimeoutMs: 3000 });
const secretsManager = createSecretsManager({ maxAttempts: 3, requestTimeoutMs: 3000 });

const secretOf = secretsFrom(secretsManager, clock, log);
const auditKeys = secretOf(environment.AUDIT_SECRET_NAME, parseAuditKeys);

const audit = createAuditTrail({
  store: createDynamoAuditStore({
    dynamo,
    auditTable: environment.AUDIT_TABLE,
    controlTable: environment.CONTROL_TABLE,
  }),
  stream: 'dnc',
  keys: () => auditKeys.get(),
  clock,
  log,
});
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
const { historyYears, batchSize, maxAttempts } = stage.dnc;
const queue = {
  dynamo,
  table: environment.DNC_QUEUE_TABLE,
  clock,
  onDamaged: (error: unknown) => log.error('DNC item left out', { code: codeOf(error), error: messageOf(error) }),
};
const settings = {
  wishes: createDueWishes(queue),
  settlement: createSettlement(queue),
  history: createDncHistory({ dynamo, table: environment.DNC_HISTORY_TABLE, historyYears, clock }),
  api: dncApiOf(stage, client),
  audit,
  pause: createPause({ dynamo, table: environment.CONTROL_TABLE }),
  batchSize,
  maxAttempts,
  lateness: DEFAULT_LATENESS,
  clock,
  log,
  random: Math.random,
};

const batcher = createHandler({
  acquireLease: () =>
    acquireLease({
      dynamo,
      table: environment.CONTROL_TABLE,
      name: SERVICE,
      owner: randomUUID(),
      durationMs: DEFAULT_LEASE_MS,
      clock,
    }),
  leaseMs: DEFAULT_LEASE_MS,
  drain: (run, tally) => drain(settings, run, tally),
  summary: () => pendingSummary(queue),
  longestRequestMs: DEFAULT_LATENESS.beginMs + DEFAULT_LATENESS.timeoutMs,
  clock,
  log,
  metrics,
});

export const handler = middy<unknown, BatcherResult, Error, Context>(batcher).use(
  atEnd(async () => {
    metrics.flush();
    await counters?.write();
  }),
);
