import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createDncRelay, eventOf, numberOf } from '../../integration/dnc/support/dnc-relay.ts';
import { memoryDncApi } from '../../integration/dnc/support/memory-dnc-api.ts';
import { memoryOutside } from '../../integration/dnc/support/outside.ts';
import { fakeClock } from '../../support/clock.ts';

describe('splitting a refused batch', () => {
  it('takes every good contact once, refuses every bad one once, in O(k · log n) requests', async () => {
    const sizes = fc.integer({ min: 1, max: 100 });
    const batches = sizes.chain((n) =>
      fc.tuple(fc.constant(n), fc.uniqueArray(fc.nat({ max: n - 1 }), { maxLength: 12 })),
    );
    await fc.assert(
      fc.asyncProperty(batches, async ([n, badOnes]) => {
        const clock = fakeClock();
        const api = memoryDncApi(clock);
        const relay = createDncRelay({ clock, api, outside: memoryOutside(clock) });
        const bad = new Set(badOnes.map(numberOf));
        for (const number of bad) api.refused.set(number, '422: no');
        for (let index = 0; index < n; index++)
          await relay.queue.put(eventOf(numberOf(index), 'optOut', clock.nowMs()));
        const report = await relay.run();
        expect(report).toMatchObject({ sent: n, confirmed: n - bad.size, remaining: bad.size });
        expect(report.requests).toBeLessThanOrEqual(1 + 2 * bad.size * Math.ceil(Math.log2(n)));
        for (let index = 0; index < n; index++) {
          const isBad = bad.has(numberOf(index));
          expect(await relay.item(numberOf(index))).toMatchObject({
            attempts: isBad ? 1 : 0,
            state: isBad ? 'pending' : 'synced',
          });
        }
      }),
      { numRuns: 100 },
    );
  });
});
