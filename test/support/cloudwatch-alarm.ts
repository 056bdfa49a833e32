import type { Datapoint } from './emf.ts';

/** An alarm on one metric, as it stands in a template with its references resolved. */
export interface AlarmProperties {
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string }[];
  Statistic: 'Sum' | 'Average' | 'Minimum' | 'Maximum';
  /** Seconds. */
  Period: number;
  EvaluationPeriods: number;
  DatapointsToAlarm: number;
  Threshold: number;
  ComparisonOperator: 'GreaterThanOrEqualToThreshold';
  TreatMissingData: 'breaching' | 'notBreaching';
}

/**
 * Whether an alarm rings at a moment, by CloudWatch's rules: a metric is its exact set of dimensions; values are put
 * together by period, periods begin at multiples of their length; of the last complete ones enough must breach. CloudWatch
 * looks further back for periods that have no data; with `breaching` and `notBreaching` that changes nothing but the delay.
 */
export function rings(alarm: AlarmProperties, data: readonly Datapoint[], nowMs: number): boolean {
  const periodMs = alarm.Period * 1000;
  const endMs = Math.floor(nowMs / periodMs) * periodMs;
  const own = data.filter((point) => isOf(alarm, point));
  const breaches = Array.from({ length: alarm.EvaluationPeriods }, (_, index) => {
    const fromMs = endMs - (index + 1) * periodMs;
    const values = own.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + periodMs).map(({ value }) => value);
    if (values.length === 0) return alarm.TreatMissingData === 'breaching';
    return statistic(alarm.Statistic, values) >= alarm.Threshold;
  });
  return breaches.filter(Boolean).length >= alarm.DatapointsToAlarm;
}

function isOf({ Namespace, MetricName, Dimensions }: AlarmProperties, point: Datapoint): boolean {
  return (
    point.namespace === Namespace &&
    point.metric === MetricName &&
    Object.keys(point.dimensions).length === Dimensions.length &&
    Dimensions.every(({ Name, Value }) => point.dimensions[Name] === Value)
  );
}

function statistic(name: AlarmProperties['Statistic'], values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (name) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / values.length;
    case 'Minimum':
      return Math.min(...values);
    case 'Maximum':
      return Math.max(...values);
  }
}
