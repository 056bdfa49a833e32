import { it } from '@jest/globals';
import { dynamoOutside } from '../integration/dnc/support/outside.ts';
import { startSimulatedCxone } from '../integration/dnc/support/simulated-cxone.ts';
import { soak } from '../integration/dnc/support/soak.ts';
import { fakeClock } from '../support/clock.ts';

/** The full size runs in test/integration/dnc/soak.test.ts on tables in memory; here the same on an emulator's tables. */
it('400 numbers and 1,000 events on DynamoDB tables end as their newest preference', async () => {
  const clock = fakeClock();
  const [cxone, outside] = await Promise.all([startSimulatedCxone(clock, {}), dynamoOutside(clock)]);
  try {
    await soak({ clock, cxone, outside, numbers: 400, events: 1000, eventsPerRun: 200, seed: 9 });
  } finally {
    await Promise.all([cxone.stop(), outside.stop()]);
  }
}, 300_000);
