import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createDynamo, createSecretsManager, createSqs } from '../../lib/platform/aws.ts';
import { systemClock as clock } from '../../lib/platform/clock.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { createLog } from '../../lib/platform/logging.ts';
import { queueDepth } from '../../lib/platform/queue-depth.ts';
import { secretsFrom } from '../../lib/platform/secrets.ts';
import { readBundledStage } from '../../lib/stage/bundled.ts';
import { readCounters } from '../../lib/telemetry/counted-services.ts';
import { exposition } from '../../lib/telemetry/exposition.ts';
import { snapshotOf } from '../../lib/telemetry/snapshot.ts';
import { snapshotSettingsOf } from '../../lib/telemetry/snapshot-settings.ts';
import { environmentSchema } from './config.ts';
import { createHandler } from './handler.ts';
import { parseScrapeTokens } from './secret.ts';

const AWS_CALLS = { maxAttempts: 3, requestTimeoutMs: 2000 };

const environment = readEnvironment(environmentSchema, process.env);
const stage = readBundledStage(import.meta.url);
const log = createLog('metrics-endpoint', stage.name);
const sqs = createSqs(AWS_CALLS);
const counters = readCounters(createDynamo(AWS_CALLS), environment.CONTROL_TABLE);
const settings = snapshotSettingsOf(stage);
const secretOf = secretsFrom(createSecretsManager(AWS_CALLS), clock, log);

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(
  createHandler({
    tokens: secretOf(environment.PROMETHEUS_SECRET_NAME, parseScrapeTokens),
    async expose() {
      const [totals, queued] = await Promise.all([counters(), queueDepth(sqs, environment.EVENTS_QUEUE_URL)]);
      return exposition(snapshotOf(totals, settings, clock.nowMs()), queued);
    },
    log,
  }),
);
