import { describe, expect, it } from '@jest/globals';
import { fakeClock } from '../../support/clock.ts';
import { dynamoOutside, memoryOutside } from './support/outside.ts';
import { startSimulatedCxone } from './support/simulated-cxone.ts';
import { soak } from './support/soak.ts';

/** The same on real tables and with all numbers: test/real/dnc-soak.test.ts. */
describe('a CXone that misbehaves in every way', () => {
  it('ends with the newest preference of 10,000 numbers after 25,000 events', async () => {
    const clock = fakeClock();
    const cxone = await startSimulatedCxone(clock, {});
    try {
      const size = { numbers: 10_000, events: 25_000, eventsPerRun: 5000, seed: 7 };
      const { requests } = await soak({ clock, cxone, outside: memoryOutside(clock), ...size });
      expect(requests).toBeGreaterThan(100);
    } finally {
      await cxone.stop();
    }
  }, 300_000);

  it('and of 100 numbers after 250 events on real tables', async () => {
    const clock = fakeClock();
    const [cxone, outside] = await Promise.all([startSimulatedCxone(clock, {}), dynamoOutside(clock)]);
    try {
      await soak({ clock, cxone, outside, numbers: 100, events: 250, eventsPerRun: 100, seed: 8 });
    } finally {
      await Promise.all([cxone.stop(), outside.stop()]);
    }
  }, 300_000);
});
