import { isInClear } from '../platform/clear-text.ts';
import { DELIVERIES } from '../subscriptions/webhooks.ts';
import type { RuleFault } from './rules.ts';
import type { Stage } from './stage.ts';

const DAY_SECONDS = 86_400;
/** The router retries this long, then parks (design §2.6). */
const RETRY_DAYS = 13;
/** SQS allows 1000 receives; these are left for the growing delays at the start and for batches that ran out of time. */
const PLANNED_RECEIVES = 900;

/** What a stage in the cloud needs, and the local relay supplies itself. */
export function* cloudErrors(stage: Stage): Generator<RuleFault> {
  if (stage.kafka.brokers.length === 0)
    yield { path: 'kafka.brokers', message: 'must name at least one broker as host:port; events go there' };
  if (stage.kafka.sasl === 'msk-iam' && stage.kafka.mskClusterArn === null)
    yield {
      path: 'kafka.mskClusterArn',
      message: 'must name the cluster when kafka.sasl is "msk-iam"; the router needs leave to write to it',
      reads: ['kafka.sasl'],
    };
  if (stage.cxone.baseUrl === null)
    yield {
      path: 'cxone.baseUrl',
      message: "must be the URL of the tenant's CXone API; tokens, DNC and subscriptions need it",
    };
  yield* clearTextErrors(stage);
  yield* registrationErrors(stage);
  yield* receiveCountErrors(stage);
}

/** Secrets and numbers cross no network unencrypted. A registry without credentials may be asked by http, inside a VPC. */
function* clearTextErrors({ cxone, webhooks, telemetry, schemaRegistry, secrets, kafka }: Stage): Generator<RuleFault> {
  const urls = {
    'cxone.baseUrl': cxone.baseUrl,
    'cxone.authBaseUrl': cxone.authBaseUrl,
    'webhooks.targetUrl': webhooks.targetUrl,
    'telemetry.influx.url': telemetry.influx?.url ?? null,
  };
  for (const [path, url] of Object.entries(urls)) {
    if (url !== null && isInClear(url))
      yield { path, message: 'must be https: secrets and events would cross the network in clear' };
  }
  if (schemaRegistry.url !== null && secrets.schemaRegistry !== null && isInClear(schemaRegistry.url))
    yield {
      path: 'schemaRegistry.url',
      message: 'must be https while secrets.schemaRegistry names a user and password, which go with each request',
      reads: ['secrets.schemaRegistry'],
    };
  if (!kafka.tls && kafka.sasl === 'plain')
    yield {
      path: 'kafka.tls',
      message: 'must be true while kafka.sasl is "plain", or the password would cross the network in clear',
      reads: ['kafka.sasl'],
    };
}

const DOOR = 'authentication["/cxone/events"]';
const SHOWN = { eventRegistrations: 'url-token', dataActionWebhooks: 'hmac' } as const;

/** What the reconciler registers points at our own door, which must take what CXone then sends, by what comes along with it. */
function* registrationErrors({ webhooks, authentication, routing }: Stage): Generator<RuleFault> {
  if (webhooks.targetUrl !== null) return;
  const { modes, kinds } = authentication['/cxone/events'];
  for (const setting of ['eventRegistrations', 'dataActionWebhooks'] as const) {
    if (!webhooks[setting]) continue;
    const { kind, type } = DELIVERIES[setting];
    const fault = (path: string, must: string, status: number): RuleFault => ({
      path,
      message: `must ${must} while webhooks.${setting} is true, or its deliveries are answered ${status}`,
      reads: [`webhooks.${setting}`],
    });
    const mode = SHOWN[setting];
    if (!modes.includes(mode) && !modes.includes('none')) yield fault(`${DOOR}.modes`, `include "${mode}"`, 401);
    if (kinds !== null && !kinds.includes(kind)) yield fault(`${DOOR}.kinds`, `include "${kind}"`, 400);
    if (!Object.hasOwn(routing, type)) yield fault('routing', `name a topic for "${type}"`, 400);
  }
}

/** Retries that come too often use up SQS's receives before the thirteen days are over, and the event would be parked early. */
function* receiveCountErrors({ retry }: Stage): Generator<RuleFault> {
  const { maxDelaySeconds, maxDelayAfterOneDaySeconds } = retry;
  const receives = DAY_SECONDS / maxDelaySeconds + ((RETRY_DAYS - 1) * DAY_SECONDS) / maxDelayAfterOneDaySeconds;
  if (receives > PLANNED_RECEIVES)
    yield {
      path: 'retry',
      message: `a failing event would be received ${Math.ceil(receives)} times in ${RETRY_DAYS} days, and SQS parks it after 1000: raise maxDelaySeconds (300) or maxDelayAfterOneDaySeconds (1800)`,
      reads: ['retry.maxDelaySeconds', 'retry.maxDelayAfterOneDaySeconds'],
    };
}
