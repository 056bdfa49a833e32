import type { MetricName } from '../platform/metric-catalogue.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { ClusterCounters } from './cluster-counters.ts';
import { type Count, keyOf } from './counts.ts';

/** Metrics of the catalogue that are counted over the stage as well. */
const COUNTED: Partial<Record<MetricName, Count>> = {
  EventsRouted: 'routed',
  EventsDuplicate: 'duplicate',
  EventsParked: 'parked',
  EventsRetried: 'retried',
};

/** The same metrics, and those that are counted over the stage told to its counters. */
export function countedMetrics(metrics: Metrics, counters: Pick<ClusterCounters, 'add'> | undefined): Metrics {
  if (counters === undefined) return metrics;
  return {
    ...metrics,
    add(name: MetricName, value: number, ...rest: unknown[]) {
      const count = COUNTED[name];
      if (count !== undefined) counters.add(keyOf(count), value);
      // its overloads cannot be told to the compiler; this passes on whichever was called
      (metrics.add as (...args: unknown[]) => void)(name, value, ...rest);
    },
  };
}
