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

export function printFigures(title: string, method: string, figures: readonly Figure[]): void {
  console.log(`\n${title}\n${method}\n`);
  const width = Math.max(...figures.map(({ what }) => what.length));
  console.log(`${'what'.padEnd(width)}   ratio (min … max)        bound     detail`);
  for (const { what, ratio, bound, detail } of figures) {
    const spread = `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)} … ${ratio.max.toFixed(2)})`;
    const mark = holds(ratio.median, bound) ? ' ' : '!';
    console.log(`${what.padEnd(width)} ${mark} ${spread.padEnd(24)} ${textOf(bound).padEnd(9)} ${detail}`);
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
