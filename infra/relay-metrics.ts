import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type DimensionedName,
  type DimensionsOf,
  METRIC_CATALOGUE,
  type MetricDefinition,
  type PlainName,
} from '../lib/platform/metric-catalogue.ts';
import { METRICS_NAMESPACE } from '../lib/platform/metrics.ts';

/** `Sum`, `Maximum`, `p99` and the like, as CloudWatch names them. */
export type Statistic = 'Sum' | 'Minimum' | 'Maximum' | 'Average' | 'SampleCount' | 'p50' | 'p99';

const FIVE_MINUTES = 5;

/** A metric of the catalogue as one function of a stage emits it. CloudWatch finds data only under the exact dimensions. */
export function relayMetric(
  stage: string,
  name: PlainName,
  statistic: Statistic,
  options: { minutes?: number; label?: string } = {},
): Metric {
  return metricOf(stage, name, statistic, {}, options);
}

/** One metric for each value of its only dimension, labelled with it. */
export function relayMetricsBy<N extends DimensionedName>(
  stage: string,
  name: N,
  dimension: keyof DimensionsOf<N> & string,
  statistic: Statistic,
): Metric[] {
  const { services, dimensions = {} }: MetricDefinition = METRIC_CATALOGUE[name];
  return services.flatMap((service) =>
    (dimensions[dimension] ?? []).map((value) =>
      metricOf(stage, name, statistic, { service, [dimension]: value }, { label: label(services, service, value) }),
    ),
  );
}

const label = (services: readonly string[], service: string, value: string): string =>
  services.length === 1 ? value : `${service}: ${value}`;

function metricOf(
  stage: string,
  name: PlainName | DimensionedName,
  statistic: Statistic,
  dimensions: Record<string, string>,
  { minutes = FIVE_MINUTES, ...options }: { minutes?: number; label?: string },
): Metric {
  const [service = ''] = METRIC_CATALOGUE[name].services;
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: name,
    dimensionsMap: { service, stage, ...dimensions },
    statistic,
    period: Duration.minutes(minutes),
    ...options, // alarms take a metric with a label for an expression
  });
}
