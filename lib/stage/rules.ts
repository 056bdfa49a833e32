import { bloomGeometry } from '../dedup/geometry.ts';
import { MAX_STATE_BYTES } from '../events/interaction-update-event.ts';
import { ConfigError, type FieldError } from '../platform/errors.ts';
import type { Stage } from './stage.ts';

/** Which field of an event's content is its order key, first match first (contract §1). */
const ORDER_FIELDS = {
  dnc: ['phoneNumber'],
  'contact-action': ['contactId'],
  'data-action': ['contactId', 'interactionId'],
  'interaction-update': ['interactionId'],
} as const;

/** A fault found by a rule; `reads` names the other settings it depends on. */
export interface RuleFault extends FieldError {
  reads?: string[];
}

/**
 * What no single key can tell. The first two keep locks unnecessary (design §3): two events with one ledger key must be in
 * one group, because a group is worked by one invocation at a time.
 */
export function crossFieldErrors(stage: Stage): RuleFault[] {
  return [
    ...routerErrors(stage),
    ...strategyErrors(stage),
    ...transientErrors(stage),
    ...sizeErrors(stage),
    ...filterErrors(stage),
    ...dncErrors(stage),
    ...retryErrors(stage),
    ...registryErrors(stage),
    ...telemetryErrors(stage),
  ];
}

/** A rule of EventBridge has so many targets. */
const MOST_RUNS_A_MINUTE = 5;

function* routerErrors({ routerRuns, routerConcurrency }: Stage): Generator<RuleFault> {
  if (routerRuns === 'every-minute' && (routerConcurrency ?? 1) > MOST_RUNS_A_MINUTE)
    yield {
      path: 'routerConcurrency',
      message: `must be at most ${MOST_RUNS_A_MINUTE}, or null, with routerRuns "every-minute"; more events need "continuously"`,
      reads: ['routerRuns'],
    };
}

function* strategyErrors({ dedup }: Stage): Generator<RuleFault> {
  for (const [kind, strategy] of Object.entries(dedup.strategies)) {
    if (strategy === 'interaction' && kind !== 'interaction-update') {
      yield {
        path: `dedup.strategies.${kind}`,
        message: `"interaction" needs a kind that is ordered by its interaction; ${kind} is ordered by ${ORDER_FIELDS[kind as keyof typeof ORDER_FIELDS][0]}: use "content"`,
      };
    }
  }
}

function* transientErrors({ dedup }: Stage): Generator<RuleFault> {
  for (const [kind, fields] of Object.entries(dedup.transientFields)) {
    const path = `dedup.transientFields.${kind}`;
    if (fields.length > 0 && kind !== 'data-action' && kind !== 'contact-action') {
      yield { path, message: `${kind} has no transient fields: what identifies it is fixed` };
      continue;
    }
    for (const field of ORDER_FIELDS[kind as keyof typeof ORDER_FIELDS]) {
      if (fields.includes(field)) yield { path, message: `"${field}" is the order key and must count` };
    }
    if (kind === 'contact-action' && fields.includes('actionType')) yield { path, message: '"actionType" must count' };
  }
}

/** As base64 in the queue this is half of what SQS takes, so the table's item is the nearer limit. */
function* sizeErrors({ maxEventBytes }: Stage): Generator<RuleFault> {
  if (maxEventBytes > MAX_STATE_BYTES)
    yield {
      path: 'maxEventBytes',
      message: `an interaction update of that size would be accepted and then not fit into a table's item; at most ${MAX_STATE_BYTES}`,
    };
}

/** Said here, because the router would only find out at its first cold start. */
function* filterErrors({ dedup }: Stage): Generator<RuleFault> {
  if (dedup.filter === 'off') return;
  try {
    bloomGeometry(dedup);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    yield { path: error.setting, message: error.reason, reads: ['dedup.eventsPerDay', 'dedup.falsePositiveRate'] };
  }
}

function* dncErrors({ dnc }: Stage): Generator<RuleFault> {
  if (dnc.api === 'dnc-groups' && dnc.groupId === null)
    yield {
      path: 'dnc.groupId',
      message: 'must name the DNC group when dnc.api is "dnc-groups"',
      reads: ['dnc.api'],
    };
}

function* retryErrors({ retry }: Stage): Generator<RuleFault> {
  const { firstDelaySeconds, maxDelaySeconds } = retry;
  if (firstDelaySeconds > maxDelaySeconds)
    yield {
      path: 'retry.maxDelaySeconds',
      message: `${maxDelaySeconds} must be at least firstDelaySeconds, ${firstDelaySeconds}`,
      reads: ['retry.firstDelaySeconds'],
    };
}

function holdsCredentials(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

function* telemetryErrors({ telemetry }: Stage): Generator<RuleFault> {
  const { counters, prometheus, influx } = telemetry;
  if (influx !== null && holdsCredentials(influx.url))
    yield {
      path: 'telemetry.influx.url',
      message: 'must not hold a user or password; store {"token"} in the secret that secrets.influx names',
    };
  if (counters || (!prometheus && influx === null)) return;
  yield {
    path: 'telemetry.counters',
    message: `must be true with telemetry.${prometheus ? 'prometheus' : 'influx'}, which shows what is counted`,
    reads: ['telemetry.prometheus', 'telemetry.influx'],
  };
}

/** A subject that has no effect is refused: who sets it believes that the topic's values are validated. */
function* registryErrors({ schemaRegistry, kafka, routing }: Stage): Generator<RuleFault> {
  if (schemaRegistry.url === null) return;
  if (holdsCredentials(schemaRegistry.url))
    yield {
      path: 'schemaRegistry.url',
      message:
        'must not hold a user or password; store {"username", "password"} in the secret that secrets.schemaRegistry names',
    };
  const topic = kafka.interactionStateTopic;
  if (topic === null || Object.values(routing).includes(topic)) return;
  if (Object.hasOwn(schemaRegistry.subjects, topic))
    yield {
      path: `schemaRegistry.subjects["${topic}"]`,
      message: "kafka.interactionStateTopic gets bodies as CXone sent them; give a subject to the updates' own topic",
      reads: ['kafka.interactionStateTopic', 'routing'],
    };
}
