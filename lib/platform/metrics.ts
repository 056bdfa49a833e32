import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import type { DimensionsOf, MetricName, PlainName, Unit } from './metric-catalogue.ts';

/** CloudWatch metrics by EMF. Values of one name are collected and written as one log line by `flush`. */
export interface Metrics {
  /** Adds one value of a metric in the catalogue, in its own unit. */
  add(name: PlainName<'Count'>, value: number, unit?: 'Count'): void;
  add(name: PlainName<'Milliseconds'>, value: number, unit: 'Milliseconds'): void;
  add(name: PlainName<'Seconds'>, value: number, unit: 'Seconds'): void;
  add(name: PlainName<'Percent'>, value: number, unit: 'Percent'): void;
  /** Those with dimensions of their own are written at once, each as a line of its own. */
  add(name: 'EventsRejected', value: number, unit: 'Count', dimensions: DimensionsOf<'EventsRejected'>): void;
  add(name: 'CxoneRequests', value: number, unit: 'Count', dimensions: DimensionsOf<'CxoneRequests'>): void;
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
    add(name: MetricName, value: number, unit: Unit = 'Count', dimensions?: Record<string, string>) {
      const target = dimensions === undefined ? metrics : metrics.singleMetric(); // has the default dimensions too
      if (dimensions !== undefined) target.addDimensions(dimensions);
      target.addMetric(name, MetricUnit[unit], value);
    },
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
