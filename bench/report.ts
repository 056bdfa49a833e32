import type { Spread } from './paired.ts';

/** One figure against its bound. */
export interface Figure {
  what: string;
  ratio: Spread;
  bound: number;
  detail: string;
}

export function printFigures(title: string, method: string, figures: readonly Figure[]): void {
  console.log(`\n${title}\n${method}\n`);
  const width = Math.max(...figures.map(({ what }) => what.length));
  console.log(`${'what'.padEnd(width)}   ratio (min … max)        at most   detail`);
  for (const { what, ratio, bound, detail } of figures) {
    const spread = `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)} … ${ratio.max.toFixed(2)})`;
    const mark = ratio.median <= bound ? ' ' : '!';
    console.log(`${what.padEnd(width)} ${mark} ${spread.padEnd(24)} ${bound.toFixed(2).padEnd(9)} ${detail}`);
  }
}
