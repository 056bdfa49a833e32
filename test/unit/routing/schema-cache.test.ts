import { expect, it } from '@jest/globals';
import { createRefreshingCache } from '../../../lib/routing/schema-registry/refreshing-cache.ts';
import { fakeClock } from '../../support/clock.ts';

it('a load that hangs has its time once, however many callers wait for it to settle', async () => {
  const clock = fakeClock();
  const startMs = clock.nowMs();
  let loads = 0;
  const cache = createRefreshingCache<number>({
    load: () => (++loads === 1 ? Promise.resolve(1) : new Promise(() => {})),
    ttlMs: 1000,
    pauseMs: () => 0,
    onStale: () => {},
    clock,
  });
  await cache.settled(250);
  expect(await cache.get('key', 0)).toBe(1);
  await cache.settled(250);
  expect(clock.nowMs()).toBe(startMs); // nothing is under way
  clock.advance(1000);
  expect(await cache.get('key', 0)).toBe(1);
  await cache.settled(250);
  expect(clock.nowMs()).toBe(startMs + 1250);
  expect(await cache.get('key', 0)).toBe(1);
  await cache.settled(250);
  expect(clock.nowMs()).toBe(startMs + 1250);
  expect(loads).toBe(2);
});
