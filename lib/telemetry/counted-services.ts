import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sumOfSlots } from './counter-slots.ts';
import { createDynamoCounterSlots } from './dynamo-counter-slots.ts';
import { plus, type Totals } from './totals.ts';

/** The functions that count; each has slots of its own. */
export const COUNTED_SERVICES = ['dedup-router', 'dnc-batcher', 'subscription-reconciler', 'token-refresher'] as const;

/** Reads all counters of a stage. Rejects when they cannot be read; then nothing is known, which is not 0. */
export function readCounters(dynamo: Pick<DynamoDBClient, 'send'>, table: string): () => Promise<Totals> {
  const services = COUNTED_SERVICES.map((service) => createDynamoCounterSlots({ dynamo, table, service }));
  return async () => (await Promise.all(services.map(sumOfSlots))).reduce(plus, {});
}
