import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { drain } from '../../lib/dnc/drain.ts';
import { createDueWishes } from '../../lib/dnc/due-wishes.ts';
import { createDncHistory } from '../../lib/dnc/history.ts';
import { DEFAULT_LATENESS, DEFAULT_LEASE_MS } from '../../lib/dnc/lease-cover.ts';
import { createPause } from '../../lib/dnc/pause.ts';
import { pendingSummary } from '../../lib/dnc/pending-summary.ts';
import { createSettlement } from '../../lib/dnc/settlement.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { codeOf, messageOf } from '../../lib/platform/errors.ts';
import { readBundledStage } from '../../lib/stage/bundled.ts';
import { createCxoneWriter } from '../../lib/wiring/cxone-writer.ts';
import { environmentSchema } from './config.ts';
import { dncApiOf } from './dnc-api.ts';
import { type BatcherResult, createHandler } from './handler.ts';

const environment = readEnvironment(environmentSchema, process.env);
const stage = readBundledStage(import.meta.url);
const { client, audit, acquireLease, dynamo, clock, log, metrics, writeNumbers } = createCxoneWriter({
  service: 'dnc-batcher',
  stream: 'dnc',
  stage,
  environment,
  dynamoAttempts: 4,
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
  acquireLease: () => acquireLease(DEFAULT_LEASE_MS),
  leaseMs: DEFAULT_LEASE_MS,
  drain: (run, tally) => drain(settings, run, tally),
  summary: () => pendingSummary(queue),
  longestRequestMs: DEFAULT_LATENESS.beginMs + DEFAULT_LATENESS.timeoutMs,
  clock,
  log,
  metrics,
});

export const handler = middy<unknown, BatcherResult, Error, Context>(batcher).use(writeNumbers);
