/** Totals of the functions' metrics since the start, read from the EMF lines that CloudWatch would read. */
export class MetricCounters {
  readonly #totals = new Map<string, number>();

  /** Lines that are not EMF are passed over. */
  read(line: string): void {
    if (!line.startsWith('{"_aws"')) return;
    const emf = parse(line);
    for (const { Metrics = [] } of emf?._aws?.CloudWatchMetrics ?? []) {
      for (const { Name } of Metrics) this.#totals.set(Name, this.total(Name) + sum(emf?.[Name]));
    }
  }

  total(metric: string): number {
    return this.#totals.get(metric) ?? 0;
  }
}

interface Emf {
  _aws?: { CloudWatchMetrics?: { Metrics?: { Name: string }[] }[] };
  [metric: string]: unknown;
}

function parse(line: string): Emf | undefined {
  try {
    return JSON.parse(line) as Emf;
  } catch {
    return undefined; // a line cut off when its sandbox was ended
  }
}

function sum(value: unknown): number {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.reduce<number>((total, one) => total + (typeof one === 'number' ? one : 0), 0);
}
