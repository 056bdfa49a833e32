import { lineMetricsOf, valueIn } from '../lib/platform/line-metrics.ts';

/** Totals of the functions' metrics since the start, read from EMF lines and by metric filters, as CloudWatch would read them. */
export class MetricCounters {
  readonly #totals = new Map<string, number>();

  /** Lines that tell no metric are passed over. */
  read(text: string): void {
    const line = parse(text);
    for (const { Metrics = [] } of line?._aws?.CloudWatchMetrics ?? [])
      for (const { Name } of Metrics) this.#add(Name, sum(line?.[Name]));
    if (line === undefined || typeof line.service !== 'string') return;
    for (const { name, line: metric } of lineMetricsOf(line.service)) this.#add(name, valueIn(line, metric) ?? 0);
  }

  #add(metric: string, value: number): void {
    this.#totals.set(metric, this.total(metric) + value);
  }

  total(metric: string): number {
    return this.#totals.get(metric) ?? 0;
  }
}

interface Line {
  _aws?: { CloudWatchMetrics?: { Metrics?: { Name: string }[] }[] };
  [metric: string]: unknown;
}

function parse(line: string): Line | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Line;
  } catch {
    return undefined; // a line cut off when its sandbox was ended
  }
}

function sum(value: unknown): number {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.reduce<number>((total, one) => total + (typeof one === 'number' ? one : 0), 0);
}
