/** Counts by key (`counts.ts`); what is missing is 0. Whole numbers only, so that sums are exact. */
export type Totals = Readonly<Record<string, number>>;

/** The sum, key by key. */
export function plus(left: Totals, right: Totals): Totals {
  const sum: Record<string, number> = { ...left };
  for (const [key, count] of Object.entries(right)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

/** What one process counts until it is taken to be written. */
export class Tally {
  #counts: Record<string, number> = {};

  add(key: string, by = 1): void {
    if (by !== 0) this.#counts[key] = (this.#counts[key] ?? 0) + by;
  }

  /** What was counted since the last time. */
  take(): Totals {
    const taken = this.#counts;
    this.#counts = {};
    return taken;
  }
}
