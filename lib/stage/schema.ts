import * as z from 'zod/mini';
import { EVENT_KINDS } from '../events/kinds.ts';
import { subscriptionsSchema } from '../subscriptions/desired.ts';
import { alarmThresholdsSchema } from './alarm-thresholds.ts';

/**
 * The stage file (design §11): everything about one deployment that is not a secret. Every key has a default; unknown keys
 * are refused. Rules that span several keys are in `rules.ts`.
 */

const text = () => z.string().check(z.minLength(1));
const positiveInt = (max = Number.MAX_SAFE_INTEGER) => z.int().check(z.positive(), z.maximum(max));
const httpUrl = () => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const topicName = () =>
  z.string().check(z.regex(/^[a-zA-Z0-9._-]{1,249}$/, 'must be a Kafka topic name: 1 to 249 of a-z A-Z 0-9 . _ -'));
const kindSchema = z.enum(EVENT_KINDS);

/** 002's table, 000's one event type and 001's (contract §2). */
const DEFAULT_ROUTING = {
  INTERACTION_CREATED: 'cxone.interactions.raw',
  DISPOSITION_UPDATED: 'cxone.dispositions.raw',
  QUEUE_TRANSFER: 'cxone.transfers.raw',
  CALL_DISCONNECTED: 'cxone.calls.terminated',
  DATA_ACTION_TRIGGERED: 'cxone.data-actions.raw',
  'data.action.updated': 'cxone.data-actions.updated',
};

/** Subject per topic: 002 validates its four topics against one subject (contract §3). */
const DEFAULT_SUBJECTS = {
  'cxone.interactions.raw': 'cxone-data-action-v1',
  'cxone.dispositions.raw': 'cxone-data-action-v1',
  'cxone.transfers.raw': 'cxone-data-action-v1',
  'cxone.calls.terminated': 'cxone-data-action-v1',
};

/** Canonical route first, then the sources' own (contract §1). */
export const WEBHOOK_ROUTES = ['/cxone/events', '/cxone/webhook', '/cxone/webhook/data-action', '/webhook'] as const;

export const AUTH_MODES = ['hmac', 'url-token', 'bearer', 'none'] as const;

const routeAuthenticationSchema = z.strictObject({
  modes: z.prefault(z.array(z.enum(AUTH_MODES)).check(z.minLength(1)), ['hmac', 'url-token']),
  kinds: z._default(z.nullable(z.array(kindSchema).check(z.minLength(1))), null),
});
export type RouteAuthentication = z.output<typeof routeAuthenticationSchema>;

/** Of all routes together; beyond it API Gateway answers 429. An account has 10,000 and 5,000 for all its APIs of a region. */
const apiThrottlingSchema = z.strictObject({
  requestsPerSecond: z._default(positiveInt(), 1000),
  burst: z._default(positiveInt(), 1000),
});

/**
 * Batches of the events queue that Lambda works at a time; null: as many as it likes. With few, batches fill under steady
 * traffic, which lowers what an event costs (docs/capacity.md), and Kafka and Upstash see fewer connections.
 */
const routerConcurrencySchema = z._default(
  z.nullable(z.int().check(z.minimum(2, 'must be at least 2, or null'), z.maximum(1000))),
  null,
);

/**
 * When the events queue is worked: as soon as events come, one or few a batch where traffic is low, or once a minute in full
 * batches, which costs less (docs/capacity.md). `routerConcurrency` runs at a time then, one by default, at most five.
 */
const routerRunsSchema = z._default(z.enum(['continuously', 'every-minute']), 'continuously');

const dedupSchema = z.strictObject({
  filter: z._default(z.enum(['upstash', 'off']), 'upstash'),
  windowHours: z._default(positiveInt(24 * 14), 72),
  eventsPerDay: z._default(positiveInt(), 1_000_000),
  falsePositiveRate: z._default(z.number().check(z.gt(0), z.lt(1)), 0.001),
  strategies: z._default(z.partialRecord(kindSchema, z.enum(['content', 'interaction'])), {}),
  transientFields: z._default(z.partialRecord(kindSchema, z.array(text())), {}),
});

const mskClusterArn = () =>
  z
    .string()
    .check(
      z.regex(
        /^arn:aws[a-z-]*:kafka:[a-z0-9-]+:\d{12}:cluster\/[^/]+\/[^/]+$/,
        'must be an MSK cluster ARN, arn:aws:kafka:<region>:<account>:cluster/<name>/<id>',
      ),
    );

const kafkaSchema = z.strictObject({
  brokers: z._default(z.array(z.string().check(z.regex(/^[^\s:]+:\d+$/, 'must be host:port'))), []),
  clientId: z._default(text(), 'cxone-relay'),
  tls: z._default(z.boolean(), true),
  sasl: z._default(z.enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'msk-iam']), 'none'),
  /** With sasl "msk-iam": the cluster that the router's role is let into. */
  mskClusterArn: z._default(z.nullable(mskClusterArn()), null),
  partitioner: z._default(z.enum(['murmur2', 'crc32']), 'murmur2'),
  interactionStateTopic: z._default(z.nullable(topicName()), null),
});

const schemaRegistrySchema = z.strictObject({
  url: z._default(z.nullable(httpUrl()), null),
  mode: z._default(z.enum(['local', 'remote']), 'local'),
  /** Mode "local": age from which a schema is looked up anew, in the background. */
  refreshSeconds: z._default(positiveInt(86_400), 300),
  subjects: z._default(z.record(topicName(), text()), DEFAULT_SUBJECTS),
});

/** A shorter one would be part of almost any error, and each of these confirms a preference. */
const errorPart = () => z.string().check(z.regex(/\S{3}/, 'must hold three characters or more without a blank'));

const dncSchema = z.strictObject({
  defaultRegion: z._default(z.string().check(z.regex(/^[A-Z]{2}$/, 'must be an ISO 3166 country such as US')), 'US'),
  api: z._default(z.enum(['outbound-contacts', 'dnc-groups']), 'outbound-contacts'),
  groupId: z._default(z.nullable(text()), null),
  phoneNumberFormat: z._default(z.enum(['digits', 'number']), 'digits'),
  alreadyListedErrors: z._default(z.array(errorPart()), []),
  notListedErrors: z._default(z.array(errorPart()), []),
  batchSize: z._default(positiveInt(100), 100),
  maxAttempts: z._default(positiveInt(1000), 10),
  customListIds: z._default(z.array(text()), []),
  historyYears: z._default(positiveInt(100), 5),
});

const cxoneSchema = z.strictObject({
  baseUrl: z._default(z.nullable(httpUrl()), null),
  authBaseUrl: z._default(z.nullable(httpUrl()), null),
  authStyle: z._default(z.enum(['basic', 'json', 'form', 'access-key']), 'basic'),
  tokenPath: z._default(z.nullable(z.string().check(z.startsWith('/'))), null),
  scopes: z._default(z.array(text()), [
    'webhook:write',
    'webhook:read',
    'event:read',
    'data:read',
    'data.action:read',
    'outbound:contacts:write',
    'outbound:contacts:read',
    'outbound:dnc:write',
    'eventbridge:subscriptions:read',
    'eventbridge:subscriptions:write',
  ]),
  requestsPerSecond: z._default(positiveInt(1000), 50),
  paths: z.prefault(
    z.strictObject({
      outboundContacts: z._default(z.string().check(z.startsWith('/')), '/api/v2/outbound/contacts'),
      dncGroups: z._default(z.string().check(z.startsWith('/')), '/incontactapi/services/v30/dnc-groups'),
      eventRegistrations: z._default(z.string().check(z.startsWith('/')), '/api/v2/event/registrations'),
      webhooks: z._default(z.string().check(z.startsWith('/')), '/api/v2/webhooks'),
      subscriptions: z._default(z.string().check(z.startsWith('/')), '/api/v2/eventbridge/subscriptions'),
    }),
    {},
  ),
});

const webhooksSchema = z.strictObject({
  eventRegistrations: z._default(z.boolean(), true),
  dataActionWebhooks: z._default(z.boolean(), true),
  targetUrl: z._default(z.nullable(httpUrl()), null),
});

const retrySchema = z.strictObject({
  firstDelaySeconds: z._default(positiveInt(3600), 2),
  maxDelaySeconds: z._default(positiveInt(3600), 300),
  maxDelayAfterOneDaySeconds: z._default(positiveInt(21_600), 1800),
});

const influxSchema = z.strictObject({
  /** Address of an InfluxDB 2.x, or of what takes its `/api/v2/write`. */
  url: httpUrl(),
  org: z._default(text(), 'default'),
  bucket: z._default(text(), 'cxone_metrics'),
});

/** Numbers of the stage beyond CloudWatch's (docs/telemetry.md). */
const telemetrySchema = z.strictObject({
  /** Whether the functions count together; costs one DynamoDB write unit a batch of the router. The others need it. */
  counters: z._default(z.boolean(), false),
  /** Whether `GET /metrics` answers in Prometheus' text format, to whoever shows the token in secrets.prometheus. */
  prometheus: z._default(z.boolean(), false),
  /** Where a point is written every five minutes, with the token in secrets.influx; null: nowhere. */
  influx: z._default(z.nullable(influxSchema), null),
});

const secretNamesSchema = z.strictObject({
  webhook: z.optional(text()),
  upstash: z.optional(text()),
  kafka: z.optional(text()),
  cxone: z.optional(text()),
  audit: z.optional(text()),
  prometheus: z.optional(text()),
  influx: z.optional(text()),
  /** Only for a registry that asks for a user and a password: it has no default name. */
  schemaRegistry: z._default(z.nullable(text()), null),
});

const awsId = (prefix: 'subnet' | 'sg') =>
  z
    .string()
    .check(z.regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be an id such as ${prefix}-0123456789abcdef0`));

/** The network from which Kafka, a schema registry and InfluxDB are reached; Lambda needs no more than these ids. */
const vpcSchema = z.strictObject({
  subnetIds: z.array(awsId('subnet')).check(z.minLength(1)),
  securityGroupIds: z.array(awsId('sg')).check(z.minLength(1)),
});

export const stageSchema = z.strictObject({
  routing: z._default(z.record(text(), topicName()), DEFAULT_ROUTING),
  authentication: z._default(z.partialRecord(z.enum(WEBHOOK_ROUTES), routeAuthenticationSchema), {}),
  maxEventBytes: z._default(positiveInt(), 262_144),
  apiThrottling: z.prefault(apiThrottlingSchema, {}),
  routerConcurrency: routerConcurrencySchema,
  routerRuns: routerRunsSchema,
  dedup: z.prefault(dedupSchema, {}),
  kafka: z.prefault(kafkaSchema, {}),
  schemaRegistry: z.prefault(schemaRegistrySchema, {}),
  dnc: z.prefault(dncSchema, {}),
  cxone: z.prefault(cxoneSchema, {}),
  webhooks: z.prefault(webhooksSchema, {}),
  subscriptions: z._default(subscriptionsSchema, []),
  pruneSubscriptions: z._default(z.boolean(), false),
  registryWebhookUrl: z._default(z.nullable(httpUrl()), null),
  retry: z.prefault(retrySchema, {}),
  telemetry: z.prefault(telemetrySchema, {}),
  alarms: z.prefault(alarmThresholdsSchema, {}),
  secrets: z.prefault(secretNamesSchema, {}),
  vpc: z._default(z.nullable(vpcSchema), null),
  /** Whether the stage's data outlives its stack, and neither stack nor tables can be deleted in passing. */
  keepData: z._default(z.boolean(), true),
});
export type StageFile = z.output<typeof stageSchema>;
