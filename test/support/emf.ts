import { lineMetricsOf, valueIn } from '../../lib/platform/line-metrics.ts';
import { METRICS_NAMESPACE } from '../../lib/platform/metrics.ts';

/** One value of one metric, as CloudWatch would take it. */
export interface Datapoint {
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  unit: string;
  value: number;
  atMs: number;
}

interface Emf {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  [name: string]: unknown;
}

/**
 * Runs `work` and reads the EMF lines, and those that a metric filter reads, that it writes to standard output, which get no further. What went through the global
 * console would be missed here, as CloudWatch would miss it: Lambda wraps that in a JSON line of its own.
 */
export async function emfOf(work: () => Promise<unknown>): Promise<Datapoint[]> {
  const lines: string[] = [];
  const { stdout } = process;
  const write = stdout.write;
  stdout.write = (chunk: string | Uint8Array): boolean => {
    lines.push(String(chunk));
    return true;
  };
  try {
    await work();
  } finally {
    stdout.write = write;
  }
  return lines
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .flatMap((line) => (line.startsWith('{"_aws"') ? datapointsOf(JSON.parse(line) as Emf) : filtered(line)));
}

/** By the metric filters of the template (test/infra/metric-filters.test.ts holds them to the same definition). */
function filtered(text: string): Datapoint[] {
  const line = JSON.parse(text) as Record<string, unknown>;
  const dimensions = { service: String(line.service), stage: String(line.stage) };
  return lineMetricsOf(dimensions.service).flatMap(({ name, line: metric, unit }) => {
    const value = valueIn(line, metric);
    const atMs = Date.parse(String(line.timestamp));
    return value === undefined ? [] : [{ namespace: METRICS_NAMESPACE, metric: name, dimensions, unit, value, atMs }];
  });
}

/** EMF: each set of dimension names is a metric of its own; an array of values is as many values. */
function datapointsOf(emf: Emf): Datapoint[] {
  const { Timestamp, CloudWatchMetrics } = emf._aws;
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.flatMap(({ Name, Unit }) =>
        [emf[Name]].flat().map((value) => ({
          namespace: Namespace,
          metric: Name,
          dimensions: Object.fromEntries(names.map((name) => [name, String(emf[name])])),
          unit: Unit,
          value: Number(value),
          atMs: Timestamp,
        })),
      ),
    ),
  );
}
