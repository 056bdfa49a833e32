import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exponentialDelayMs, fullJitterMs, retryAfterMs } from '../../../lib/platform/backoff.ts';

const SETTINGS = { firstDelayMs: 200, maxDelayMs: 5000 };
const NOW = Date.UTC(2026, 0, 31, 12);

describe('backoff', () => {
  it('doubles up to its cap, and stays there however often', () => {
    expect([0, 1, 2, 3, 4, 5, 1000].map((attempt) => exponentialDelayMs(attempt, SETTINGS))).toEqual([
      200, 400, 800, 1600, 3200, 5000, 5000,
    ]);
  });

  it('with full jitter lies below the delay and uses the whole of it', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, dice) => {
        const delay = exponentialDelayMs(attempt, SETTINGS);
        expect(fullJitterMs(attempt, SETTINGS, () => dice)).toBe(Math.floor(dice * delay));
      }),
    );
  });
});

describe('Retry-After', () => {
  it.each<[string | null | undefined, number | undefined]>([
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['Sat, 31 Jan 2026 12:00:30 GMT', 30_000],
    ['Sat, 31 Jan 2026 11:59:00 GMT', 0],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%j means %j ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});
