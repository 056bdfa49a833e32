import { it } from '@jest/globals';
import { dynamoOutside } from '../integration/dnc/support/outside.ts';
import { startSimulatedCxone } from '../integration/dnc/support/simulated-cxone.ts';
import { soak } from '../integration/dnc/support/soak.ts';
import { fakeClock } from '../support/clock.ts';

it('10,000 numbers and 25,000 events on real tables end as their newest preference', async () => {
  const clock = fakeClock();
  const [cxone, outside] = await Promise.all([startSimulatedCxone(clock, {}), dynamoOutside(clock)]);
  try {
    await soak({ clock, cxone, outside, numbers: 10_000, events: 25_000, eventsPerRun: 5000, seed: 9 });
  } finally {
    await Promise.all([cxone.stop(), outside.stop()]);
  }
}, 1_800_000);
