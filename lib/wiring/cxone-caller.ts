import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parseCxoneCredentials } from '../cxone/credentials.ts';
import { createDynamoTokenStore } from '../cxone/dynamo-token-store.ts';
import type { CxoneClientSettings } from '../cxone/settings.ts';
import { atEnd } from '../platform/at-end.ts';
import { createDynamo, createSecretsManager } from '../platform/aws.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { Log } from '../platform/logging.ts';
import { createLog } from '../platform/logging.ts';
import { createMetrics, type Metrics } from '../platform/metrics.ts';
import { type SecretOf, secretsFrom } from '../platform/secrets.ts';
import type { Stage } from '../stage/stage.ts';
import { countCxoneTries } from '../telemetry/counted-cxone.ts';
import { countersOf } from '../telemetry/counters-of.ts';

export interface CxoneCallerSettings {
  service: string;
  stage: Stage;
  environment: { CXONE_SECRET_NAME: string; TOKENS_TABLE: string; CONTROL_TABLE?: string | undefined };
  /** Attempts of one call to DynamoDB. */
  dynamoAttempts: number;
}

/** What each function is made of that calls CXone by the clock. */
export interface CxoneCaller {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  dynamo: DynamoDBClient;
  secretOf: SecretOf;
  /** Of the function's one client or token source; every try is counted where the stage has counters. */
  cxone: CxoneClientSettings;
  /** middy's: metrics and counters are written when an invocation ends. */
  writeNumbers: ReturnType<typeof atEnd>;
}

const REQUEST_TIMEOUT_MS = 3000;
/** Nobody waits for the end of a run by the clock. */
const COUNTERS_MS = 2000;

/** For composition roots. */
export function createCxoneCaller({ service, stage, environment, dynamoAttempts }: CxoneCallerSettings): CxoneCaller {
  const clock = systemClock;
  const log = createLog(service, stage.name);
  const metrics = createMetrics(service, stage.name);
  const dynamo = createDynamo({ maxAttempts: dynamoAttempts, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  const secretsManager = createSecretsManager({ maxAttempts: 3, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  const secretOf = secretsFrom(secretsManager, clock, log);
  const { CXONE_SECRET_NAME, TOKENS_TABLE, CONTROL_TABLE } = environment;
  const counters = countersOf({
    isOn: stage.telemetry.counters,
    dynamo,
    table: CONTROL_TABLE,
    service,
    clock,
    log,
    budgetMs: COUNTERS_MS,
  });
  return {
    clock,
    log,
    metrics,
    dynamo,
    secretOf,
    cxone: {
      api: stage.cxone,
      credentials: secretOf(CXONE_SECRET_NAME, parseCxoneCredentials),
      credentialsName: CXONE_SECRET_NAME,
      tokenStore: createDynamoTokenStore({ dynamo, table: TOKENS_TABLE }),
      clock,
      log,
      metrics,
      onTry: countCxoneTries(stage.cxone, counters),
    },
    writeNumbers: atEnd(async () => {
      metrics.flush();
      await counters?.write();
    }),
  };
}
