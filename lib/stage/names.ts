/**
 * Physical names of what a stage owns: always with the stage in them, so that two stages of one account never collide.
 * These functions are in every stage.
 */
export const FUNCTION_NAMES = [
  'webhook-receiver',
  'dedup-router',
  'dnc-batcher',
  'subscription-reconciler',
  'token-refresher',
] as const;
/** Those that a stage has only when its file asks for them: `telemetry.prometheus`, `telemetry.influx`. */
export const TELEMETRY_FUNCTION_NAMES = ['metrics-endpoint', 'influx-exporter'] as const;
export const ALL_FUNCTION_NAMES = [...FUNCTION_NAMES, ...TELEMETRY_FUNCTION_NAMES] as const;
export type FunctionName = (typeof ALL_FUNCTION_NAMES)[number];

export const TABLE_NAMES = [
  'Ledger',
  'InteractionState',
  'DncQueue',
  'DncHistory',
  'Tokens',
  'Control',
  'Audit',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

export const stackName = (stage: string): string => `cxone-relay-${stage}`;
export const functionName = (stage: string, name: FunctionName): string => `cxone-relay-${stage}-${name}`;
export const tableName = (stage: string, name: TableName): string => `cxone-relay-${stage}-${name}`;
export const eventsQueueName = (stage: string): string => `cxone-relay-${stage}-events.fifo`;
export const deadLetterQueueName = (stage: string): string => `cxone-relay-${stage}-events-dlq.fifo`;
