import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import { type Clock, systemClock } from './clock.ts';
import {
  type DimensionsOf,
  METRIC_CATALOGUE,
  type MetricDefinition,
  type MetricName,
  type PlainName,
  type Unit,
} from './metric-catalogue.ts';

/**
 * CloudWatch metrics. Values of one name are written as one EMF line by `flush`, but for those that CloudWatch reads from the
 * function's own log lines, and later for those that are collected (metric-catalogue.ts says which): each byte of a line that
 * comes with every event is paid for by the event.
 */
export interface Metrics {
  /** Adds one value of a metric in the catalogue, in its own unit. */
  add(name: PlainName<'Count'>, value: number, unit?: 'Count'): void;
  add(name: PlainName<'Milliseconds'>, value: number, unit: 'Milliseconds'): void;
  add(name: PlainName<'Seconds'>, value: number, unit: 'Seconds'): void;
  add(name: PlainName<'Percent'>, value: number, unit: 'Percent'): void;
  /** Those with dimensions of their own are written at once, each as a line of its own. */
  add(name: 'EventsRejected', value: number, unit: 'Count', dimensions: DimensionsOf<'EventsRejected'>): void;
  add(name: 'CxoneRequests', value: number, unit: 'Count', dimensions: DimensionsOf<'CxoneRequests'>): void;
  /** Writes what was added. Called once at the end of every invocation. What is collected may stay for another minute. */
  flush(): void;
}

/** All metrics of the relay live in this namespace, with dimensions `service` (the Lambda) and `stage`. */
export const METRICS_NAMESPACE = 'CXoneRelay';

const COLLECTED_MS = 60_000;

/** @param collectedMs how long what is collected may stay */
export function createMetrics(
  service: string,
  stage: string,
  clock: Pick<Clock, 'nowMs'> = systemClock,
  collectedMs = COLLECTED_MS,
): Metrics {
  const metrics = new PowertoolsMetrics({
    namespace: METRICS_NAMESPACE,
    serviceName: service,
    defaultDimensions: { stage },
  });
  let writtenMs = Number.NEGATIVE_INFINITY;
  let isUrgent = false;
  return {
    add(name: MetricName, value: number, unit: Unit = 'Count', dimensions?: Record<string, string>) {
      const { line, collected }: MetricDefinition = METRIC_CATALOGUE[name];
      if (line !== undefined) return;
      if (dimensions !== undefined) {
        const single = metrics.singleMetric(); // has the default dimensions too
        single.addDimensions(dimensions);
        single.addMetric(name, MetricUnit[unit], value);
        return;
      }
      if (collected !== true) isUrgent = true;
      metrics.addMetric(name, MetricUnit[unit], value);
    },
    flush() {
      const nowMs = clock.nowMs();
      if (!metrics.hasStoredMetrics() || (!isUrgent && nowMs - writtenMs < collectedMs)) return;
      metrics.publishStoredMetrics();
      isUrgent = false;
      writtenMs = nowMs;
    },
  };
}
