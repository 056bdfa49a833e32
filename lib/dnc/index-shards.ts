import { PENDING_SHARDS, pendingShardOf } from './item.ts';

/**
 * Failed numbers stay in the same sparse index, under partitions of their own and by the time of their failure: so they are
 * counted and listed without a scan, and the pending partitions hold pending items alone.
 */
export const FAILED_SHARDS: readonly string[] = PENDING_SHARDS.map((shard) => `failed#${shard}`);

export function failedShardOf(phoneNumber: string): string {
  return `failed#${pendingShardOf(phoneNumber)}`;
}
