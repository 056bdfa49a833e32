import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';

export type Unit = 'Count' | 'Milliseconds' | 'Seconds' | 'Bytes' | 'Percent';

/** CloudWatch metrics by EMF. Values of one name are collected and written as one log line by `flush`. */
export interface Metrics {
  /** Adds one value. `dimensions`: few and small; each distinct set becomes an own line (and an own, billed, metric). */
  add(name: string, value: number, unit?: Unit, dimensions?: Record<string, string>): void;
  /** Writes what was added. Called once at the end of every invocation. */
  flush(): void;
}

/** All metrics of the relay live in this namespace, with dimensions `service` (the Lambda) and `stage`. */
export const METRICS_NAMESPACE = 'CXoneRelay';

export function createMetrics(service: string, stage: string): Metrics {
  const metrics = new PowertoolsMetrics({
    namespace: METRICS_NAMESPACE,
    serviceName: service,
    defaultDimensions: { stage },
  });
  return {
    add(name, value, unit = 'Count', dimensions) {
      const target = dimensions === undefined ? metrics : metrics.singleMetric();
      if (dimensions !== undefined) target.addDimensions(dimensions);
      target.addMetric(name, MetricUnit[unit], value);
    },
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
