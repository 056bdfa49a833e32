import type { Output } from './output.ts';

export interface Column<Row> {
  title: string;
  of(row: Row): string | number | null;
}

/** Rows that are measured together; a longer table is written page by page, and may grow wider on its way. */
const PAGE_ROWS = 500;

/**
 * Rows below each other under a head, numbers to the right; a terminal's last column is cut where its line ends.
 * Answers how many there were; none has no head either.
 */
export async function printTable<Row>(
  { print, width }: Pick<Output, 'print' | 'width'>,
  columns: readonly Column<Row>[],
  rows: Iterable<Row> | AsyncIterable<Row>,
): Promise<number> {
  const titles = columns.map(({ title }) => title);
  const widths = titles.map(({ length }) => length);
  const cut = (line: string) => (width !== undefined && line.length > width ? `${line.slice(0, width - 1)}…` : line);
  let count = 0;
  let page: Cell[][] = [];
  const flush = async () => {
    for (const cells of page) {
      for (const [at, cell] of cells.entries()) widths[at] = Math.max(widths[at] ?? 0, String(cell).length);
    }
    const [first] = page;
    if (first !== undefined && count === page.length) await print(cut(lineOf(titles, widths, first)));
    for (const cells of page) await print(cut(lineOf(cells, widths)));
    page = [];
  };
  for await (const row of rows) {
    count++;
    page.push(columns.map((column) => cellOf(column.of(row))));
    if (page.length === PAGE_ROWS) await flush();
  }
  await flush();
  return count;
}

type Cell = string | number;

/** Each to the side on which `like` has it. */
const lineOf = (cells: readonly Cell[], widths: readonly number[], like = cells): string =>
  cells
    .map((cell, at) => {
      const width = widths[at] ?? 0;
      return typeof like[at] === 'number' ? String(cell).padStart(width) : String(cell).padEnd(width);
    })
    .join('  ')
    .trimEnd();

/** Texts of others: on one line, and without what a terminal would obey. */
const cellOf = (value: string | number | null) =>
  typeof value === 'string' ? value.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ') : (value ?? '–');

/** How a thing is listed. */
export interface Listing<Row> {
  columns: readonly Column<Row>[];
  /** For machines. */
  facts(row: Row): unknown;
}

/** For machines: an object a line. For people: the table. Answers how many rows there were. */
export async function printRows<Row>(
  output: Output,
  json: true | undefined,
  { columns, facts }: Listing<Row>,
  rows: Iterable<Row> | AsyncIterable<Row>,
): Promise<number> {
  if (json !== true) return printTable(output, columns, rows);
  let count = 0;
  for await (const row of rows) {
    count++;
    await printJson(output, facts(row));
  }
  return count;
}

/** Compact, so that each object is one line. */
export const printJson = ({ print }: Pick<Output, 'print'>, value: unknown): Promise<void> =>
  print(JSON.stringify(value));

/** The sum under a table; for machines it is no data, and goes beside it. */
export async function printSum(output: Output, json: true | undefined, line: string): Promise<void> {
  if (json === true) output.note(line);
  else await output.print(line);
}
