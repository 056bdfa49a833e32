import { describe, expect, it } from '@jest/globals';
import { type Column, printTable } from '../../../cli/shared/table.ts';

type Row = [name: string, count: number, note: string | null];
const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', of: ([name]) => name },
  { title: 'COUNT', of: ([, count]) => count },
  { title: 'NOTE', of: ([, , note]) => note },
];

async function table(rows: Row[], width?: number): Promise<string[]> {
  const lines: string[] = [];
  expect(await printTable({ print: async (line) => void lines.push(line), width }, COLUMNS, rows)).toBe(rows.length);
  return lines;
}

describe('a table', () => {
  it('stands below its head, numbers to the right, without blanks at the end', async () => {
    const rows: Row[] = [
      ['a', 1, null],
      ['longer', 1234567, 'said'],
    ];
    expect(await table(rows)).toEqual(['NAME      COUNT  NOTE', 'a             1  –', 'longer  1234567  said']);
    expect(await table([])).toEqual([]);
  });

  it('keeps to the width of a terminal, and is whole for whoever else reads it', async () => {
    const rows: Row[] = [['a', 1, 'x'.repeat(200)]];
    expect((await table(rows, 20))[1]).toBe('a         1  xxxxxx…');
    expect((await table(rows))[1]).toHaveLength(213);
  });

  it('lets no text of others break its lines, or command the terminal', async () => {
    const [, line] = await table([['a\nb', 1, 'red \u001b[31m and\u0007 \u202eback']]);
    expect(line).toBe('a b       1  red [31m and back');
  });

  it('has one head, however long it is, and every row', async () => {
    const rows = Array.from({ length: 1001 }, (_, n): Row => [`n${n}`, n, null]);
    const lines = await table(rows);
    expect(lines).toHaveLength(1002);
    expect(lines.filter((line) => line.startsWith('NAME'))).toHaveLength(1);
    expect(lines.slice(1).map((line) => line.split(/ +/)[0])).toEqual(rows.map(([name]) => name));
  });
});
