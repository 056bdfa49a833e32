import { table } from '../cli/capacity/table.ts';
import type { Spread } from './paired.ts';

/** What a ratio has to be, by its median; null where it is only told. */
export type Bound = { atMost: number } | { atLeast: number } | null;

/** One figure against its bound. */
export interface Figure {
  what: string;
  ratio: Spread;
  bound: Bound;
  detail: string;
}

/** What a measurement has said. */
export interface Report {
  /** All of it, as Markdown. */
  tables: string;
  figures: Figure[];
}

const tables: string[] = [];
const reported: Figure[] = [];

/** Everything printed since the last call. */
export const takeReport = (): Report => ({ tables: tables.splice(0).join('\n\n'), figures: reported.splice(0) });

/** Of several measurements, by name: the figures that have a bound. */
export function summaryTable(figures: Readonly<Record<string, readonly Figure[]>>): string {
  const rows = Object.entries(figures).flatMap(([name, all]) =>
    all
      .filter(({ bound }) => bound !== null)
      .map((figure) => [`\`${name}\``, figure.what.trim(), ratioText(figure), textOf(figure.bound)]),
  );
  return table(['', '', 'ratio', 'bound'], rows, Number.POSITIVE_INFINITY);
}

/** A table beside the figures. Columns from `numbersFrom` on are aligned right. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[], numbersFrom: number): void {
  const text = table(head, rows, numbersFrom);
  console.log(`\n${text}`);
  tables.push(text);
}

/** What is told beside a table. */
export function printNote(text: string): void {
  console.log(`\n${text}`);
  tables.push(text);
}

const asMarkdown = (figures: readonly Figure[]): string =>
  table(
    ['', 'ratio', 'bound', ''],
    figures.map((figure) => [figure.what.trim(), ratioText(figure), textOf(figure.bound), figure.detail]),
    Number.POSITIVE_INFINITY,
  );

const ratioText = ({ ratio, bound }: Figure): string =>
  `${spreadText(ratio)}${holds(ratio.median, bound) ? '' : ' `!`'}`;

const spreadText = ({ min, median, max }: Spread): string =>
  `${median.toFixed(2)} (${min.toFixed(2)} … ${max.toFixed(2)})`;

export function printFigures(title: string, method: string, figures: readonly Figure[]): void {
  tables.push(asMarkdown(figures));
  reported.push(...figures);
  console.log(`\n${title}\n${method}\n`);
  const width = Math.max(...figures.map(({ what }) => what.length));
  console.log(`${'what'.padEnd(width)}   ratio (min … max)        bound     detail`);
  for (const { what, ratio, bound, detail } of figures) {
    const mark = holds(ratio.median, bound) ? ' ' : '!';
    console.log(`${what.padEnd(width)} ${mark} ${spreadText(ratio).padEnd(24)} ${textOf(bound).padEnd(9)} ${detail}`);
  }
}

function holds(median: number, bound: Bound): boolean {
  if (bound === null) return true;
  return 'atMost' in bound ? median <= bound.atMost : median >= bound.atLeast;
}

function textOf(bound: Bound): string {
  if (bound === null) return '';
  return 'atMost' in bound ? `≤ ${bound.atMost.toFixed(2)}` : `≥ ${bound.atLeast.toFixed(2)}`;
}
