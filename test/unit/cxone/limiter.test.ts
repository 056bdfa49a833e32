import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createRateLimiter } from '../../../lib/cxone/limiter.ts';
import { fakeClock } from '../../support/clock.ts';

const FOREVER = Number.POSITIVE_INFINITY;

describe('rate limiter', () => {
  it('lets at most burst + rate · t requests out in any span t, whenever they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 80 }),
        async (ratePerSecond, burst, pausesMs) => {
          const clock = fakeClock();
          const limiter = createRateLimiter({ ratePerSecond, burst, clock });
          const sentMs: number[] = [];
          for (const pauseMs of pausesMs) {
            clock.advance(pauseMs);
            await limiter.take(FOREVER);
            sentMs.push(clock.nowMs());
          }
          // one more millisecond: the clock has no fractions of one
          for (const [first, fromMs] of sentMs.entries())
            for (const [index, toMs] of sentMs.entries())
              if (index > first)
                expect(index - first + 1).toBeLessThanOrEqual(burst + (ratePerSecond * (toMs - fromMs + 1)) / 1000);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('does not hold back more than the rate asks for', async () => {
    const clock = fakeClock(0);
    const limiter = createRateLimiter({ ratePerSecond: 50, clock });
    for (let sent = 0; sent < 51; sent++) await limiter.take(FOREVER);
    expect(clock.nowMs()).toBe(1000);
  });

  it('answers how long it would take when the deadline is nearer, and takes nothing', async () => {
    const clock = fakeClock(0);
    const limiter = createRateLimiter({ ratePerSecond: 2, clock });
    expect(await limiter.take(0)).toBe(0);
    expect(await limiter.take(499)).toBe(500);
    expect(await limiter.take(500)).toBe(0);
    expect(clock.nowMs()).toBe(500);
  });

  it('holds everybody back during a pause, and keeps the rate after it', async () => {
    const clock = fakeClock(0);
    const limiter = createRateLimiter({ ratePerSecond: 10, clock });
    limiter.pause(2000);
    expect(await limiter.take(1999)).toBe(2000);
    await limiter.take(FOREVER);
    expect(clock.nowMs()).toBe(2000);
    await limiter.take(FOREVER);
    expect(clock.nowMs()).toBe(2100);
  });

  it('holds back those as well who were waiting when the pause began', async () => {
    const clock = fakeClock(0);
    const limiter = createRateLimiter({
      ratePerSecond: 10,
      clock: { ...clock, sleep: pauseDuring(clock, () => limiter) },
    });
    await limiter.take(FOREVER);
    await limiter.take(FOREVER);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(5000);
  });
});

/** Closes the limiter until 5,000 ms during the first wait. */
function pauseDuring(clock: ReturnType<typeof fakeClock>, limiter: () => ReturnType<typeof createRateLimiter>) {
  return async (ms: number) => {
    if (clock.nowMs() < 5000) limiter().pause(5000);
    await clock.sleep(ms);
  };
}
