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
  yield* registrationErrors(stage);
  yield* receiveCountErrors(stage);
}

/** What the reconciler registers points at our own door, which must let it in by what CXone then sends along. */
function* registrationErrors({ webhooks, authentication }: Stage): Generator<RuleFault> {
  if (webhooks.targetUrl !== null) return;
  const { modes } = authentication['/cxone/events'];
  const needs = [
    { setting: 'eventRegistrations', mode: 'url-token' },
    { setting: 'dataActionWebhooks', mode: 'hmac' },
  ] as const;
  for (const { setting, mode } of needs) {
    if (webhooks[setting] && !modes.includes(mode) && !modes.includes('none'))
      yield {
        path: 'authentication["/cxone/events"].modes',
        message: `must include "${mode}" while webhooks.${setting} is true, or its deliveries are answered 401`,
        reads: [`webhooks.${setting}`],
      };
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
