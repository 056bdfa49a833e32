import { randomBytes } from 'node:crypto';
import { type ClusterCounters, type ClusterCountersSettings, createClusterCounters } from './cluster-counters.ts';
import { createDynamoCounterSlots, type DynamoCounterSlotsSettings } from './dynamo-counter-slots.ts';

export interface CountersOfSettings
  extends Omit<DynamoCounterSlotsSettings, 'table'>,
    Omit<ClusterCountersSettings, 'slots' | 'freshOwner'> {
  /** `telemetry.counters` of the stage. */
  isOn: boolean;
  /** The control table; a function without it has no counters. */
  table: string | undefined;
}

/** For composition roots: the counters of one function; undefined where the stage has none. */
export function countersOf({
  isOn,
  dynamo,
  table,
  service,
  ...settings
}: CountersOfSettings): ClusterCounters | undefined {
  if (!isOn || table === undefined) return undefined;
  return createClusterCounters({
    ...settings,
    slots: createDynamoCounterSlots({ dynamo, table, service }),
    freshOwner: () => randomBytes(8).toString('base64url'),
  });
}
