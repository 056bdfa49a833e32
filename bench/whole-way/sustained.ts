/** How many events had been due but not arrived, at a moment of a step. */
export interface BacklogSample {
  atMs: number;
  backlog: number;
}

/** A backlog that takes up more than this share of the events sent is a growing one; less is how full batches happen to be. */
const TOLERATED = 0.05;

/**
 * Whether a steady rate is more than the subject can do: the mean backlog of the last third of the step exceeds that of the
 * middle third by more than 5 % of the events due between them. The first third is left to settle.
 */
export function backlogGrows(samples: readonly BacklogSample[], ratePerSecond: number): boolean {
  const third = Math.floor(samples.length / 3);
  if (third === 0) throw new RangeError('at least three samples');
  const middle = meanOf(samples.slice(-2 * third, -third));
  const last = meanOf(samples.slice(-third));
  const due = (ratePerSecond * (last.atMs - middle.atMs)) / 1000;
  return last.backlog - middle.backlog > TOLERATED * due;
}

function meanOf(samples: readonly BacklogSample[]): BacklogSample {
  const mean = (value: (sample: BacklogSample) => number) =>
    samples.reduce((sum, sample) => sum + value(sample), 0) / samples.length;
  return { atMs: mean((sample) => sample.atMs), backlog: mean((sample) => sample.backlog) };
}

export interface Climb {
  from: number;
  /** Above 1: each rate tried is so many times its neighbour. */
  factor: number;
  /** Rates below this are not tried. */
  least: number;
}

/** The highest rate that holds, on a ladder through `from`: up while it holds, or down until it does. 0: none does. */
export async function highestSustained(
  holds: (ratePerSecond: number) => Promise<boolean>,
  { from, factor, least }: Climb,
): Promise<number> {
  let rate = from;
  if (await holds(rate)) {
    while (await holds(rate * factor)) rate *= factor;
    return rate;
  }
  for (rate /= factor; rate >= least; rate /= factor) if (await holds(rate)) return rate;
  return 0;
}
