import { InvalidArgumentError } from '@commander-js/extra-typings';

export interface Range {
  above?: number;
  from?: number;
  below?: number;
  atMost?: number;
}

/** Reads a number of a range. The reader throws InvalidArgumentError that names the range. */
export function numberIn({ above, from, below, atMost }: Range): (given: string) => number {
  return (given) => {
    const value = given.trim() === '' ? Number.NaN : Number(given);
    const low = above !== undefined ? value > above : value >= (from ?? Number.NEGATIVE_INFINITY);
    const high = below !== undefined ? value < below : value <= (atMost ?? Number.MAX_SAFE_INTEGER);
    if (low && high) return value;
    const lowest = above !== undefined ? `above ${above}` : `from ${from}`;
    const highest = below !== undefined ? ` to below ${below}` : atMost !== undefined ? ` to ${atMost}` : '';
    throw new InvalidArgumentError(`It must be a number ${lowest}${highest}.`);
  };
}

/** Reads a whole number from `least` on. The reader throws InvalidArgumentError. */
export function wholeNumber(least = 1, most = Number.MAX_SAFE_INTEGER): (given: string) => number {
  return (given) => {
    const value = given.trim() === '' ? Number.NaN : Number(given);
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const highest = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number from ${least}${highest}.`);
  };
}

const UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2026-01-31T12:00:00Z`, or `90m`, `6h`, `3d` ago, as epoch ms. @throws InvalidArgumentError */
export function pointInTimeMs(given: string): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(given) ?? [];
  if (unit !== undefined) return Date.now() - Number(count) * (UNIT_MS[unit] ?? 0);
  const ms = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(ms))
    throw new InvalidArgumentError('It must be a time such as 2026-01-31T12:00:00Z, or 90m, 6h or 3d ago.');
  return ms;
}

/** @throws InvalidArgumentError */
export function phoneNumber(given: string): string {
  if (!/^\+[1-9]\d{4,14}$/.test(given)) throw new InvalidArgumentError('Write it in E.164, as +14155550100.');
  return given;
}
