/**
 * Default quotas of an account in us-east-1 and limits that nobody can raise, written down on the date of the price list.
 * Other regions have less, above all for SQS FIFO.
 */
export const QUOTAS = {
  apiRequestsPerSecond: 10_000,
  /** SQS FIFO, high throughput: calls of one kind without batching, a queue; Ohio and Frankfurt 19,000, others 2,400 to 9,000. */
  sqsCallsPerSecond: 70_000,
  /** One message group lies in one partition. */
  sqsCallsPerGroupPerSecond: 300,
  lambdaConcurrency: 1000,
  /** Synchronous invocations a second for each unit of concurrency. */
  lambdaInvocationsPerConcurrency: 10,
  /** Batches at a time that Lambda works for one event source. */
  eventSourceConcurrency: 1000,
  /** Environments that one function gains in 10 s. */
  lambdaScaling: 1000,
  dynamoItemReadUnitsPerSecond: 3000,
  dynamoTableUnitsPerSecond: 40_000,
  /** What a new on-demand table takes at once. */
  dynamoNewTableWritesPerSecond: 4000,
  dynamoNewTableReadsPerSecond: 12_000,
  upstashCommandsPerSecond: 10_000,
  /** Measured: one Redis core, events decided a second with the script of lib/dedup/bloom-script.ts. */
  redisCoreEventsPerSecond: 20_000,
  /** MSK, a broker of kafka.m5.large or m7g.large and up: TCP connections with IAM. */
  mskConnectionsPerBroker: 3000,
} as const;

/** The stage file's defaults that a load meets before any quota of AWS (lib/stage/schema.ts). */
export const STAGE_DEFAULTS = { apiRequestsPerSecond: 1000, eventsPerDay: 1_000_000, dncBatchSize: 100 } as const;
