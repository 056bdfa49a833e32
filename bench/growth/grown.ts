import type { Spread } from '../paired.ts';
import type { Figure } from '../report.ts';

/** How much of a measurement is done. */
export interface GrowthSizes {
  rounds: number;
  /** Divides the number of events of each run. */
  smaller: number;
}

/** An event must not cost more when there are ten times as many. */
const BOUND = { atMost: 1.1 };

export const grown = (what: string, ratio: Spread, detail: string): Figure => ({ what, ratio, bound: BOUND, detail });
