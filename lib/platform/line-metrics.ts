import { type LineMetric, METRIC_CATALOGUE, type MetricDefinition, type Unit } from './metric-catalogue.ts';

/** In `fields`: any value, as in CloudWatch's own patterns. */
const ANY = '*';

/** The metrics of one function that are read from its log lines. */
export function lineMetricsOf(service: string): { name: string; line: LineMetric; unit: Unit }[] {
  return Object.entries<MetricDefinition>(METRIC_CATALOGUE).flatMap(([name, { line, unit, services }]) =>
    line !== undefined && services.includes(service) ? [{ name, line, unit }] : [],
  );
}

/** The same in CloudWatch's filter syntax, for JSON lines. */
export function filterPatternOf({ fields, value }: LineMetric): string {
  const all = value === undefined ? fields : { ...fields, [value]: ANY };
  const terms = Object.entries(all).map(([name, wanted]) => `($.${name} = ${JSON.stringify(wanted)})`);
  return `{ ${terms.join(' && ')} }`;
}

/** The value that a line gives, as CloudWatch's metric filter would take it; undefined: none. */
export function valueIn(line: Readonly<Record<string, unknown>>, { fields, value }: LineMetric): number | undefined {
  const fits = Object.entries(fields).every(([name, wanted]) =>
    wanted === ANY ? line[name] !== undefined : line[name] === wanted,
  );
  if (!fits) return undefined;
  const given = value === undefined ? 1 : line[value];
  return typeof given === 'number' ? given : undefined;
}
