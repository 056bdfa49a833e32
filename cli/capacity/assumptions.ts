/**
 * What one event or batch is made of, besides what `usage.ts` counts. "Measured" figures are held to the real handlers by
 * test/unit/cli/capacity-usage.test.ts; "assumed" ones are nobody's measurement of your account: replace them by yours.
 */

/** Seconds in an average month of 365.25 / 12 days. */
export const MONTH_SECONDS = 2_629_800;

/** Memory of the functions; a test compares it with the template. */
export const MEMORY_MIB = { receiver: 1024, router: 1024 } as const;

/** Measured: bytes of a line, without CloudWatch's own 26 that it adds to each. 1 KB contact action, 36-character contact id. */
export const LOG_BYTES = {
  receiverLine: 280,
  routerLine: 335,
  /** The router collects a batch's metrics: one line a minute or a hundred batches, to which each batch adds its values. */
  routerMetrics: 480,
  routerMetricsABatch: 14,
  accessLine: 191,
} as const;
export const COLLECTED = { seconds: 60, batches: 100 } as const;
/** CloudWatch counts them for each log event. Lambda adds no lines of its own for a good invocation (infra/relay-function.ts). */
export const LOG_EVENT_OVERHEAD_BYTES = 26;

/** Assumed: gzip of such lines; prod keeps them three months. */
export const LOG_COMPRESSION = 0.15;
export const LOG_RETENTION_MONTHS = 3;

/**
 * Assumed, warm: the receiver's one send to SQS (about 10 ms) and its own work; a batch's Redis call and filter record side
 * by side (5 ms), Kafka with acks=all (15 ms), the commit (10 ms) and its own work.
 */
export const RECEIVER_MS = 12;
export const ROUTER_BATCH_MS = { base: 35, eachEvent: 1 } as const;
/**
 * `routerRuns: "every-minute"`. Assumed: the receive and the delete of a batch, which Lambda's event source makes for nothing
 * otherwise. A run ends by a receive that waits a second and finds nothing; it begins no batch in its last 15 of 60 s.
 */
export const DRAIN = { batchMs: 20, emptyReceiveMs: 1000, workSeconds: 45, runsPerSecond: 1 / 60 } as const;
/** Assumed: a read of the ledger after the filter's answer. */
export const LEDGER_READ_MS = 5;

/** Envelope around the base64 body: its JSON with a 36-character order key. Measured. */
export const ENVELOPE_BYTES = 191;
/** Assumed: headers and status line of an answer of 202; headers and key of a Kafka record. */
export const ANSWER_BYTES = 600;
export const KAFKA_RECORD_BYTES = 350;
/** Assumed: one script call there and back with its HTTP headers; each event is 18 hex digits of it (measured). */
export const REDIS_CALL_BYTES = { base: 1600, eachEvent: 19 } as const;

/** Ledger item: attribute names and values, and the 100 bytes that DynamoDB counts for an item's index. Measured but for those. */
export const LEDGER_ITEM_BYTES = 175;
/** lib/dedup/dynamo-ledger.ts: window and both queues' retention. */
export const LEDGER_DAYS = 3 + 28;

/**
 * A wish for a number that has none pending, by lib/dnc. Writes: `heard`, queue item, its index entry; `sent`; `confirmed`,
 * the item again, its index entry gone. One strong read before it is sent. A wish that replaces another writes one more.
 */
export const DNC_WRITE_UNITS = 7;
export const DNC_READ_UNITS = 1;
/** `heard`, `sent` and `confirmed`, with DynamoDB's overhead; kept for `dnc.historyYears`, 5 by default. */
export const DNC_HISTORY_BYTES = 3 * 330;
export const DNC_HISTORY_MONTHS = 60;
/**
 * The batcher sends one request after another, of a hundred numbers each. A run lasts its time-out, but begins no request in
 * the last seconds, which are kept for one that takes long; the next tick then goes on. Assumed: what a request takes, the
 * tables' share included.
 */
export const BATCHER = { requestSeconds: 0.5, runSeconds: 300, keptSeconds: 55 } as const;

/** Assumed: Lambda keeps five pollers on an idle queue, each asking every 20 s. */
export const IDLE_POLLS_PER_SECOND = 5 / 20;
/** lib/platform/secrets.ts: each environment reads a secret anew every 5 minutes. Receiver one, router two. */
export const SECRET_TTL_SECONDS = 300;
export const SECRETS_READ = { receiver: 1, router: 2 } as const;
export const SECRETS_KEPT = 5;
/** Assumed: share of hours in which a metric of faults has a value; one without is not paid for in that hour. */
export const RARE_METRIC_HOURS = 0.05;
/** infra/alarms-definitions.ts; a test compares it with the template. */
export const ALARMS = 27;
/** Schedules: a batcher's run a minute, reconciler and refresher every 5; half a second each, assumed. */
export const SCHEDULED_RUNS_A_MONTH = Math.round(MONTH_SECONDS / 60 + (2 * MONTH_SECONDS) / 300);
export const SCHEDULED_RUN = { seconds: 0.5, gib: 0.5, writeUnits: 2, readUnits: 6, logBytes: 1500 } as const;
