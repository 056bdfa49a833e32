import type { Snapshot } from '../../../lib/telemetry/snapshot.ts';

/** A stage that has counted so much. */
export const snapshotWith = (over: Partial<Snapshot>): Snapshot => ({
  received: 0,
  deduplicated: 0,
  routed: 0,
  parked: 0,
  retries: 0,
  generationsRetired: 0,
  rememberedEvents: 0,
  filterCapacity: 1_000_000,
  deliveries: new Map(),
  deliveryErrors: new Map(),
  latencyBuckets: new Array(12).fill(0),
  latencySumSeconds: 0,
  cxone: [],
  ...over,
});
