/** A Markdown table whose columns stand below each other in a terminal, too. Columns from `numbersFrom` on are aligned right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], numbersFrom: number): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) => {
    const width = widths[column] ?? 0;
    return column < numbersFrom ? text.padEnd(width) : text.padStart(width);
  };
  const rule = widths.map((width, column) => (column < numbersFrom ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [head, rule, ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}
