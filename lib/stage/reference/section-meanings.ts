import type { OtherMeanings } from './stage-path.ts';

export const SECTION_MEANINGS = {
  routing:
    "`actionType` or `eventType` → Kafka topic; interaction updates have the type `data.action.updated`. An event whose type is not in it is answered 400. A table in the stage file replaces the default as a whole; while the reconciler registers webhooks at the stack's own address, it needs `DATA_ACTION_TRIGGERED` for `webhooks.eventRegistrations` and `data.action.updated` for `webhooks.dataActionWebhooks`. The topics [have to be there](wire-contract.md#creating-the-topics).",

  authentication:
    'By route: `/cxone/events`, `/cxone/webhook`, `/cxone/webhook/data-action`, `/webhook`. A route that is not named takes all kinds by `hmac` or `url-token`.',
  'authentication.*.modes':
    "Any one that holds suffices. `hmac`: signature of the raw body; `url-token`: `?token=` on the URL; `bearer`: `Authorization: Bearer …`; `none`: anybody. While the reconciler registers webhooks at the stack's own address, `/cxone/events` needs `url-token` for `webhooks.eventRegistrations` and `hmac` for `webhooks.dataActionWebhooks`.",
  'authentication.*.kinds':
    "Kinds of event that the route takes; null: all. Others are answered 400. While the reconciler registers webhooks at the stack's own address, `/cxone/events` needs `data-action` for `webhooks.eventRegistrations` and `interaction-update` for `webhooks.dataActionWebhooks`.",

  maxEventBytes: 'Larger bodies are answered 413. At most 390,000, which a DynamoDB item holds.',

  apiThrottling: 'Of all routes together; beyond it API Gateway answers 429.',
  'apiThrottling.requestsPerSecond': 'Steady rate. An account has 10,000 for all its APIs of a region.',
  'apiThrottling.burst': 'Requests above that rate for a moment. An account has 5,000.',

  routerConcurrency:
    'Batches of the events queue that are worked at a time; null: as many as Lambda likes. With few, batches fill, which lowers the cost of an event ([capacity.md](capacity.md)), and Kafka and Upstash see fewer connections.',

  routerRuns:
    '`continuously`: events are worked as they come, where traffic is low one a batch. `every-minute`: once a minute, in full batches: an event waits up to a minute and costs about two thirds ([capacity.md](capacity.md)); `routerConcurrency` is the number of runs side by side then, null: one, at most 5, each for some 100 events a second.',

  dedup: 'What counts as a repeat, and for how long.',
  'dedup.filter': '`off`: no Redis; each event is looked up in the ledger.',
  'dedup.windowHours': "A repeat is dropped this long after the original's receipt. CXone repeats for up to 72 hours.",
  'dedup.eventsPerDay': 'Sizes the Bloom window. More events cost ledger reads, never events.',
  'dedup.falsePositiveRate':
    'Share of new events that cost a ledger read, once the window is as full as it was sized for.',
  'dedup.strategies':
    'By kind. `content`: equal content is a repeat; `interaction`, for `interaction-update` alone: one event an interaction is routed, and newer ones update its stored state.',
  'dedup.transientFields':
    'By kind: fields that do not count when contents are compared (of a `data-action` those in `data`). Only `contact-action` and `data-action` have any; the order key and `actionType` always count.',

  kafka: 'Where events go.',
  'kafka.brokers': 'Each `host:port`. A deployed stage needs at least one.',
  'kafka.clientId': 'Name by which brokers know the producer, in quotas and logs.',
  'kafka.tls': 'Whether connections are encrypted. A deployed stage needs it with `plain`.',
  'kafka.sasl': 'How the router proves itself; all but `none` and `msk-iam` use the secret `kafka`.',
  'kafka.mskClusterArn': "Needed with `msk-iam`: the cluster that the router's role is let into.",
  'kafka.partitioner':
    'Key → partition. `murmur2` is that of Java clients; `crc32` that of librdkafka, to keep the partitions of such a producer.',
  'kafka.interactionStateTopic':
    "A compacted topic that gets each interaction's newest state; null: none. It [has to be there](wire-contract.md#creating-the-topics), too.",

  schemaRegistry: 'Validation of events and Avro: [schema-registry.md](schema-registry.md).',
  'schemaRegistry.url':
    "Base of a registry with Confluent's API, without user and password; null: nothing is validated. A deployed stage needs https with `secrets.schemaRegistry`; a registry without credentials may be asked by http, and then schemas, in mode `remote` events too, go in clear: keep it inside the `vpc`.",
  'schemaRegistry.mode':
    '`local`: schemas are fetched and applied in the receiver; `remote`: the registry is asked for each event.',
  'schemaRegistry.refreshSeconds': 'Mode `local`: age from which a schema is looked up anew, in the background.',
  'schemaRegistry.subjects':
    'Topic → subject. A topic without one is not validated. A table in the stage file replaces the default as a whole.',

  dnc: 'How Do-Not-Call preferences go back to CXone.',
  'dnc.defaultRegion': 'Two-letter country of numbers that come without a country code.',
  'dnc.api':
    '`outbound-contacts`: `POST /api/v2/outbound/contacts`; `dnc-groups`: the records of one DNC group of the Admin API.',
  'dnc.groupId': 'Needed with `dnc-groups`: the group.',
  'dnc.phoneNumberFormat': 'With `dnc-groups`: whether `phoneNumber` is sent as text of digits or as a number.',
  'dnc.alreadyListedErrors':
    "With `dnc-groups`: parts of a record's `error`, in any case, that tell of an opt-out that the number is on the list already; it counts as confirmed.",
  'dnc.notListedErrors': 'The same for an opt-in: that the number is not on the list.',
  'dnc.batchSize': 'Numbers a request.',
  'dnc.maxAttempts': 'Refusals of a number after which it is given up (`failed`). Outages and throttling do not count.',
  'dnc.customListIds': 'With `outbound-contacts`: sent with each contact.',
  'dnc.historyYears': "How long a number's history is kept.",

  cxone: 'The tenant; one a stage.',
  'cxone.baseUrl': 'Address of its API. A deployed stage needs it, with https.',
  'cxone.authBaseUrl': 'Address for tokens, in a deployed stage with https; null: the same.',
  'cxone.authStyle':
    "Form of the token request. `basic`: HTTP Basic; `json`, `form`: id and secret in the body; `access-key`: id and secret are an access key's.",
  'cxone.tokenPath':
    'null: `/oauth/token` (`basic`, `json`), `/api/v2/oauth/token` (`form`), `/authentication/v1/token/access-key` (`access-key`).',
  'cxone.scopes': 'Asked for in style `basic`; the other forms have no place for them.',
  'cxone.requestsPerSecond': "Of each function's process, tokens not counted.",
  'cxone.paths': "Where the endpoints are; change them when the tenant's differ.",
  'cxone.paths.outboundContacts': 'Contacts with Do-Not-Call marks.',
  'cxone.paths.dncGroups': 'DNC groups; `/{groupId}/records` is added.',
  'cxone.paths.eventRegistrations': 'Registrations of data-action events.',
  'cxone.paths.webhooks': 'Registrations of interaction updates.',
  'cxone.paths.subscriptions': 'EventBridge subscriptions.',

  webhooks: 'What the reconciler registers in CXone, so that events come here.',
  'webhooks.eventRegistrations': "Data-action events, authenticated by the secret's `urlToken`, which must be there.",
  'webhooks.dataActionWebhooks': "Interaction updates, signed with the secret's `current`.",
  'webhooks.targetUrl':
    "Where CXone shall post to, in a deployed stage with https; null: `/cxone/events` of the stack's own API.",

  pruneSubscriptions: 'Whether owned subscriptions that are no longer declared are deleted.',
  registryWebhookUrl: "Gets a POST when a subscription's state changes; null: nobody is told.",

  retry:
    'Backoff of events that time can heal, for 13 days. Together the delays may not make more than 900 deliveries, because SQS parks at 1000.',
  'retry.firstDelaySeconds': 'After the first failure; it doubles with each.',
  'retry.maxDelaySeconds': 'It grows no further on the first day; at least `firstDelaySeconds`.',
  'retry.maxDelayAfterOneDaySeconds': 'Nor later.',

  telemetry: 'Numbers of the stage beyond those of CloudWatch: [telemetry.md](telemetry.md).',
  'telemetry.counters':
    'Whether the functions count together, in DynamoDB; costs a write unit a batch of the router. The other two need it.',
  'telemetry.prometheus':
    'Whether `GET /metrics` answers in the text format of Prometheus, to whoever shows the token of `secrets.prometheus`.',
  'telemetry.influx': 'Where a point is written every five minutes; null: nowhere.',
  'telemetry.influx.url':
    'Address of an InfluxDB 2.x, or of what takes its `/api/v2/write`; in a deployed stage with https.',
  'telemetry.influx.org': 'Its organisation.',
  'telemetry.influx.bucket': 'Its bucket.',

  secrets: 'Names of the Secrets Manager secrets; what is in them is [below](#what-the-secrets-hold).',
  'secrets.webhook': 'Signing secret and tokens of deliveries.',
  'secrets.upstash': 'Address and token of Redis.',
  'secrets.kafka': 'User and password of Kafka.',
  'secrets.cxone': 'Client or access key of CXone.',
  'secrets.audit': 'Key of the audit chain.',
  'secrets.prometheus': 'Token of `GET /metrics`.',
  'secrets.influx': 'Token of InfluxDB.',
  'secrets.schemaRegistry': 'User and password of the registry; null: it asks for none.',

  vpc: 'Network from which the router reaches Kafka (the receiver a schema registry, the exporter InfluxDB); null: none.',
  'vpc.subnetIds': 'Each `subnet-…`.',
  'vpc.securityGroupIds': 'Each `sg-…`.',

  keepData:
    'Whether tables, queues and logs outlive the stack, tables and stack refuse to be deleted, and logs are kept three months instead of two weeks. `false` is for a stage that may be thrown away with all that is in it.',
} satisfies OtherMeanings;
