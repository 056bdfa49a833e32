import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { atEnd } from '../../lib/platform/at-end.ts';
import { createDynamo, createSecretsManager } from '../../lib/platform/aws.ts';
import { systemClock as clock } from '../../lib/platform/clock.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { ConfigError } from '../../lib/platform/errors.ts';
import { createLog } from '../../lib/platform/logging.ts';
import { createMetrics } from '../../lib/platform/metrics.ts';
import { secretsFrom } from '../../lib/platform/secrets.ts';
import { readBundledStage } from '../../lib/stage/bundled.ts';
import { readCounters } from '../../lib/telemetry/counted-services.ts';
import { createDynamoBacklog } from '../../lib/telemetry/dynamo-backlog.ts';
import { createInfluxWriter } from '../../lib/telemetry/influx-writer.ts';
import { snapshotOf } from '../../lib/telemetry/snapshot.ts';
import { snapshotSettingsOf } from '../../lib/telemetry/snapshot-settings.ts';
import { environmentSchema } from './config.ts';
import { createHandler, type ExporterResult } from './handler.ts';
import { parseInfluxToken } from './secret.ts';

const SERVICE = 'influx-exporter';
const AWS_CALLS = { maxAttempts: 3, requestTimeoutMs: 3000 };
const REQUEST_MS = 15_000;

const environment = readEnvironment(environmentSchema, process.env);
const stage = readBundledStage(import.meta.url);
if (stage.telemetry.influx === null) throw new ConfigError('telemetry.influx', 'is null; name the url of InfluxDB');
const log = createLog(SERVICE, stage.name);
const metrics = createMetrics(SERVICE, stage.name);
const dynamo = createDynamo(AWS_CALLS);
const counters = readCounters(dynamo, environment.CONTROL_TABLE);
const settings = snapshotSettingsOf(stage);
const secret = secretsFrom(
  createSecretsManager(AWS_CALLS),
  clock,
  log,
)(environment.INFLUX_SECRET_NAME, parseInfluxToken);

const exporter = createHandler({
  snapshot: async () => snapshotOf(await counters(), settings, clock.nowMs()),
  store: createDynamoBacklog(dynamo, environment.CONTROL_TABLE),
  influx: createInfluxWriter({
    ...stage.telemetry.influx,
    environment: stage.name,
    token: async () => (await secret.get()).token,
    timeoutMs: REQUEST_MS,
  }),
  requestMs: REQUEST_MS,
  clock,
  log,
  metrics,
});

export const handler = middy<unknown, ExporterResult, Error, Context>(exporter).use(atEnd(async () => metrics.flush()));
