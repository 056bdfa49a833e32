import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { scan } from './scan.ts';

export interface DncNumberState {
  phoneNumber: string;
  preference: string;
  eventTime: string;
  state: string;
}

export interface DncState {
  pending: number;
  synced: number;
  failed: number;
  /** Up to 1,000, unmasked: this is the one place that shows them. */
  numbers: DncNumberState[];
}

const MAX_NUMBERS = 1000;

export async function readDncState(dynamo: DynamoDBClient, table: string): Promise<DncState> {
  const counts: Record<string, number> = { pending: 0, synced: 0, failed: 0 };
  const numbers: DncNumberState[] = [];
  for await (const item of scan(dynamo, { TableName: table })) {
    const state = item.state?.S ?? '';
    counts[state] = (counts[state] ?? 0) + 1;
    if (numbers.length === MAX_NUMBERS) continue;
    const text = (name: string) => item[name]?.S ?? '';
    numbers.push({
      phoneNumber: text('phoneNumber'),
      preference: text('preference'),
      eventTime: text('eventTime'),
      state,
    });
  }
  return { pending: counts.pending ?? 0, synced: counts.synced ?? 0, failed: counts.failed ?? 0, numbers };
}
