import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { percentile } from '../../../bench/whole-way/percentile.ts';
import { backlogGrows, highestSustained } from '../../../bench/whole-way/sustained.ts';

/** Of a step of 3 s in which so many arrive a second, the first half second excepted. */
const step = (sentASecond: number, arrivedASecond: number) =>
  Array.from({ length: 30 }, (_, sample) => {
    const atMs = 100 * (sample + 1);
    return { atMs, backlog: (sentASecond * atMs - arrivedASecond * Math.max(0, atMs - 500)) / 1000 };
  });

describe('a backlog', () => {
  it('that stays as it is, however large, does not grow', () => {
    expect(backlogGrows(step(200, 200), 200)).toBe(false);
  });

  it('that arrivals do not keep up with grows', () => {
    expect(backlogGrows(step(200, 180), 200)).toBe(true);
  });

  it('that takes up less than a twentieth of what is sent is let pass', () => {
    expect(backlogGrows(step(200, 195), 200)).toBe(false);
  });

  it('cannot be told from fewer than three samples', () => {
    expect(() => backlogGrows(step(1, 1).slice(0, 2), 1)).toThrow(RangeError);
  });
});

describe('the highest rate that holds', () => {
  const search = { from: 100, factor: 1.1, least: 1 };

  it.each([450, 100, 60])('is found from above and from below: %d', async (limit) => {
    const rate = await highestSustained(async (tried) => tried <= limit, search);
    expect(rate).toBeLessThanOrEqual(limit);
    expect(rate).toBeGreaterThan(limit / 1.1);
  });

  it('is 0 when none does', async () => {
    expect(await highestSustained(async () => false, search)).toBe(0);
  });
});

describe('a percentile', () => {
  it('is the smallest value that so many do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 99, 100]);
    expect(percentile([3], 0.99)).toBe(3);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('has at least its share at or below it, and less than that below', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, share) => {
          const found = percentile(values, share);
          const shareOf = (counts: (value: number) => boolean) => values.filter(counts).length / values.length;
          expect(shareOf((value) => value <= found)).toBeGreaterThanOrEqual(share - 1e-9);
          expect(shareOf((value) => value < found)).toBeLessThan(share + 1e-9);
        },
      ),
    );
  });
});
