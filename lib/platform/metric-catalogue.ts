/** What one metric is. All are in METRICS_NAMESPACE with the dimensions `service` and `stage`, and those named here. */
export interface MetricDefinition {
  unit: Unit;
  /** The functions that emit it. */
  services: readonly string[];
  /** Further dimensions and every value they take: few, because each combination is a metric of its own on the bill. */
  dimensions?: Readonly<Record<string, readonly string[]>>;
  /** A metric filter reads it from the function's log lines, and it is not written a second time (line-metrics.ts). */
  line?: LineMetric;
  /** Collected in the process and written once a minute; what a process that ends has not yet written is lost. */
  collected?: true;
  /** Has values only where something goes wrong; of one with dimensions: all of them. */
  rare?: true;
  meaning: string;
}

/** One value for each log line that has all these fields with these values. */
export interface LineMetric {
  fields: Readonly<Record<string, string | number>>;
  /** Field that holds the value, which lines without it do not give; without a name each line counts 1. */
  value?: string;
}

export type Unit = 'Count' | 'Milliseconds' | 'Seconds' | 'Percent';

const RECEIVER = ['webhook-receiver'] as const;
const ROUTER = ['dedup-router'] as const;
const BATCHER = ['dnc-batcher'] as const;
const RECONCILER = ['subscription-reconciler'] as const;
const REFRESHER = ['token-refresher'] as const;
const EXPORTER = ['influx-exporter'] as const;

/**
 * Every metric there is: `Metrics.add` takes no other name, unit or dimension, dashboard and alarms are made from it, and
 * docs/metrics.md is its printed form.
 */
export const METRIC_CATALOGUE = {
  EventsAccepted: {
    unit: 'Count',
    services: RECEIVER,
    line: { fields: { message: 'webhook', status: 202 } },
    meaning: 'Requests answered 202: the event is in the queue, or the queue took an equal one within five minutes.',
  },
  EventsRejected: {
    unit: 'Count',
    services: RECEIVER,
    dimensions: {
      reason: [
        'not-found',
        'method-not-allowed',
        'body-too-large',
        'unauthorized',
        'not-json',
        'unknown-shape',
        'invalid-field',
        'unknown-type',
        'kind-not-allowed',
        'schema-violation',
        'schema-unavailable',
        'secret-unavailable',
        'queue-unavailable',
        'internal',
      ],
    },
    rare: true,
    meaning:
      'Requests answered otherwise, by reason; `internal` and those that end in `unavailable` are 5xx, the rest 4xx.',
  },
  EventsRefused: {
    unit: 'Count',
    services: RECEIVER,
    rare: true,
    meaning:
      'Requests answered 4xx although they were authentic, or too large to tell. Each is an event that is lost unless CXone sends it again.',
  },
  AuthenticationFailures: {
    unit: 'Count',
    services: RECEIVER,
    rare: true,
    meaning: 'Requests answered 401; the same as EventsRejected with reason `unauthorized`.',
  },
  EventsRouted: {
    unit: 'Count',
    services: ROUTER,
    line: { fields: { outcome: 'routed' } },
    meaning: 'Events whose destination has confirmed them and whose ledger entry is written.',
  },
  EventsDuplicate: {
    unit: 'Count',
    services: ROUTER,
    line: { fields: { outcome: 'duplicate' } },
    meaning: 'Repeats that the window dropped, each confirmed by the ledger.',
  },
  EventsParked: {
    unit: 'Count',
    services: ROUTER,
    rare: true,
    meaning: 'Events sent to the dead-letter queue with a reason.',
  },
  EventsRetried: {
    unit: 'Count',
    services: ROUTER,
    rare: true,
    meaning: 'Deliveries put back for later; one event may count many times.',
  },
  RetriedEventAge: {
    unit: 'Seconds',
    services: ROUTER,
    rare: true,
    meaning:
      'Time since an event entered the queue, whenever it is put back for later. Its maximum is how long the most hindered order key has stood still; SQS may leave events received more than three times out of its own age of the oldest message.',
  },
  ReceiptToTopic: {
    unit: 'Milliseconds',
    services: ROUTER,
    line: { fields: { outcome: 'routed', topic: '*' }, value: 'ageMs' },
    meaning: 'From the receipt of an event to its confirmed place in a topic, ledger entry included.',
  },
  LedgerReads: {
    unit: 'Count',
    services: ROUTER,
    collected: true,
    meaning: 'Ledger keys looked up, because the window said "maybe" or could not be believed.',
  },
  FilterFalsePositives: {
    unit: 'Count',
    services: ROUTER,
    collected: true,
    meaning: 'Of those, new events that the window had taken for possible repeats.',
  },
  FilterUnavailable: {
    unit: 'Count',
    services: ROUTER,
    collected: true,
    meaning: 'One value a batch: 1 when Redis gave no usable answer in time and the ledger decided, else 0.',
  },
  FilterDamaged: {
    unit: 'Count',
    services: ROUTER,
    rare: true,
    meaning: 'Batches that found lost bits and put them right by moving the filter record.',
  },
  FilterFillRatio: {
    unit: 'Percent',
    services: ROUTER,
    collected: true,
    meaning: 'Adds to the current generation, of those that it was sized for; beyond 100 false positives multiply.',
  },
  KafkaSend: {
    unit: 'Milliseconds',
    services: ROUTER,
    collected: true,
    meaning: 'One successful send of a batch to one topic, acknowledged by all in-sync replicas.',
  },
  KafkaSendErrors: {
    unit: 'Count',
    services: ROUTER,
    rare: true,
    meaning: 'Sends that failed or ran into their deadline; the events are retried, or parked when refused for good.',
  },
  DncSent: { unit: 'Count', services: BATCHER, meaning: 'Preferences sent to CXone in at least one request.' },
  DncConfirmed: { unit: 'Count', services: BATCHER, meaning: 'Preferences that CXone has confirmed.' },
  DncFailed: {
    unit: 'Count',
    services: BATCHER,
    rare: true,
    meaning: 'Preferences whose last attempt CXone refused in this run.',
  },
  DncEventToConfirmation: {
    unit: 'Seconds',
    services: BATCHER,
    meaning: 'From the event of a preference, or its receipt when that was earlier, to its confirmation by CXone.',
  },
  DncPending: { unit: 'Count', services: BATCHER, meaning: 'Numbers waiting for CXone after a run, due or not.' },
  DncFailedNumbers: {
    unit: 'Count',
    services: BATCHER,
    meaning: 'All numbers in state `failed` after a run: CXone does not have their newest preference.',
  },
  DncOldestPendingAge: {
    unit: 'Seconds',
    services: BATCHER,
    meaning: 'How long the oldest pending preference has waited; 0 without one.',
  },
  CxoneRequests: {
    unit: 'Count',
    services: ['dnc-batcher', 'subscription-reconciler'],
    dimensions: { outcome: ['success', 'refused', 'unauthorized', 'forbidden', 'throttled', 'failed', 'unknown'] },
    meaning: "Calls of CXone's API by how they ended, repeats by the client not counted.",
  },
  ReconcileFailures: {
    unit: 'Count',
    services: RECONCILER,
    meaning: 'One value a run: 1 when something could not be read, registered or written, else 0.',
  },
  SubscriptionsActive: { unit: 'Count', services: RECONCILER, meaning: 'Declared subscriptions that deliver.' },
  SubscriptionsNotActive: {
    unit: 'Count',
    services: RECONCILER,
    meaning: 'Declared subscriptions that do not deliver, or whose name a foreign one holds.',
  },
  SubscriptionWrites: {
    unit: 'Count',
    services: RECONCILER,
    rare: true,
    meaning: 'Subscriptions created, updated or deleted in a run.',
  },
  TokenAgeSeconds: { unit: 'Seconds', services: REFRESHER, meaning: 'Age of the shared CXone token after a run.' },
  TokenRefreshFailures: {
    unit: 'Count',
    services: REFRESHER,
    meaning: 'One value a run: 1 when there is no fresh token and none could be got, else 0.',
  },
  InfluxPointsPending: {
    unit: 'Count',
    services: EXPORTER,
    meaning: 'Points that InfluxDB has not taken after a run.',
  },
  InfluxPointsDropped: {
    unit: 'Count',
    services: EXPORTER,
    meaning: 'Points given up in a run, because more than a week of them was waiting.',
  },
  InfluxOldestPointAge: {
    unit: 'Seconds',
    services: EXPORTER,
    meaning: 'How long the oldest point has waited for InfluxDB after a run; 0 without one.',
  },
} as const satisfies Record<string, MetricDefinition>;

type Catalogue = typeof METRIC_CATALOGUE;
export type MetricName = keyof Catalogue;
export type DimensionedName = {
  [N in MetricName]: Catalogue[N] extends { dimensions: unknown } ? N : never;
}[MetricName];
export type PlainName<U extends Unit = Unit> = {
  [N in MetricName]: N extends DimensionedName ? never : Catalogue[N]['unit'] extends U ? N : never;
}[MetricName];

/** The further dimensions of a metric, each with one of its listed values. */
export type DimensionsOf<N extends DimensionedName> = {
  [D in keyof Catalogue[N]['dimensions']]: Catalogue[N]['dimensions'][D] extends readonly (infer V)[] ? V : never;
};
