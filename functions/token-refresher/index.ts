import middy from '@middy/core';
import { parseCxoneCredentials } from '../../lib/cxone/credentials.ts';
import { createDynamoTokenStore } from '../../lib/cxone/dynamo-token-store.ts';
import { baseUrlOf, type CxoneClientSettings } from '../../lib/cxone/settings.ts';
import { createTokenSource, REFRESHER_OPTIONS } from '../../lib/cxone/token-source.ts';
import { atEnd } from '../../lib/platform/at-end.ts';
import { createDynamo, createSecretsManager } from '../../lib/platform/aws.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { createLog } from '../../lib/platform/logging.ts';
import { createMetrics } from '../../lib/platform/metrics.ts';
import { secretsFrom } from '../../lib/platform/secrets.ts';
import { readBundledStage } from '../../lib/stage/bundled.ts';
import { countCxoneTries } from '../../lib/telemetry/counted-cxone.ts';
import { countersOf } from '../../lib/telemetry/counters-of.ts';
import { environmentSchema } from './config.ts';
import { createHandler } from './handler.ts';

const AWS_CALLS = { maxAttempts: 3, requestTimeoutMs: 3000 };

const environment = readEnvironment(environmentSchema, process.env);
const stage = readBundledStage(import.meta.url);
const log = createLog('token-refresher', stage.name);
const metrics = createMetrics('token-refresher', stage.name);
baseUrlOf(stage.cxone); // fails the cold start, naming the setting, when nobody has set it

const dynamo = createDynamo(AWS_CALLS);
const counters = countersOf({
  isOn: stage.telemetry.counters,
  dynamo,
  table: environment.CONTROL_TABLE,
  service: 'token-refresher',
  clock: systemClock,
  log,
});

const settings: CxoneClientSettings = {
  api: stage.cxone,
  credentials: secretsFrom(
    createSecretsManager(AWS_CALLS),
    systemClock,
    log,
  )(environment.CXONE_SECRET_NAME, parseCxoneCredentials),
  credentialsName: environment.CXONE_SECRET_NAME,
  tokenStore: createDynamoTokenStore({ dynamo, table: environment.TOKENS_TABLE }),
  clock: systemClock,
  log,
  onTry: countCxoneTries(stage.cxone, counters),
};

export const handler = middy()
  .use(
    atEnd(async () => {
      metrics.flush();
      await counters?.write();
    }),
  )
  .handler(
    createHandler({
      createTokens: () => createTokenSource(settings, REFRESHER_OPTIONS),
      clock: systemClock,
      log,
      metrics,
    }),
  );
