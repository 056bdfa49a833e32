import { describe, expect, it } from '@jest/globals';
import type { DncApi } from '../../../lib/dnc/dnc-api.ts';
import { fakeClock } from '../../support/clock.ts';
import { createDncRelay, eventOf, numberOf } from './support/dnc-relay.ts';
import { memoryDncApi } from './support/memory-dnc-api.ts';
import { memoryOutside } from './support/outside.ts';

describe('a full queue of 10,000 numbers', () => {
  const lanes: [string, DncApi['laneOf'] | undefined][] = [
    ['opt-ins and opt-outs in one request', undefined],
    ['opt-ins and opt-outs in requests of their own', ({ preference }) => ({ name: preference, limit: 100 })],
  ];
  it.each(lanes)('drains in at most 110 requests when CXone takes everything: %s', async (_name, laneOf) => {
    const clock = fakeClock();
    const api = memoryDncApi(clock);
    const relay = createDncRelay({ clock, api: laneOf ? { ...api, laneOf } : api, outside: memoryOutside(clock) });
    for (let index = 0; index < 10_000; index++) {
      await relay.queue.put(eventOf(numberOf(index), index % 3 === 0 ? 'optIn' : 'optOut', clock.nowMs()));
    }
    const report = await relay.run();
    expect(report).toMatchObject({ sent: 10_000, confirmed: 10_000, remaining: 0, stoppedBy: 'empty' });
    expect(report.requests).toBeLessThanOrEqual(110);
    expect(api.held().size).toBe(10_000);
  });
});
