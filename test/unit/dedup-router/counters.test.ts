import { describe, expect, it } from '@jest/globals';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { createClusterCounters } from '../../../lib/telemetry/cluster-counters.ts';
import { countedMetrics } from '../../../lib/telemetry/counted-metrics.ts';
import type { CounterSlots } from '../../../lib/telemetry/counter-slots.ts';
import { contactAction, queued } from '../../support/queued-events.ts';
import { routerWorld } from '../../support/router-world.ts';
import { memoryCounterSlots } from '../../support/telemetry/memory-counter-slots.ts';

const BUDGET_MS = 50;

/** The router with counters in memory; `away` is what their table does instead of answering. */
function countingRouter() {
  const world = routerWorld();
  const memory = memoryCounterSlots();
  const table: { away: ((signal?: AbortSignal) => Promise<never>) | undefined } = { away: undefined };
  const slots: CounterSlots = {
    read: (from, count, signal) => table.away?.(signal) ?? memory.read(from, count),
    write: (index, slot, expected, signal) => table.away?.(signal) ?? memory.write(index, slot, expected),
  };
  const { clock, log } = world;
  const counters = createClusterCounters({ slots, clock, log, freshOwner: () => 'router', budgetMs: BUDGET_MS });
  world.deps.metrics = countedMetrics(world.deps.metrics, counters);
  world.deps.counters = counters;
  return { world, table, totals: () => memory.slots[0]?.totals ?? {} };
}

const event = (content: string, nowMs: number) => queued(contactAction(null, content, nowMs));

describe('the counters of a router', () => {
  it('hold the outcomes of a batch when it is answered', async () => {
    const { world, totals } = countingRouter();
    const nowMs = world.clock.nowMs();
    const again = contactAction('c', 'a', nowMs);
    await world.work([queued(again), event('b', nowMs)]);
    expect(totals()).toEqual({ r: 2 });
    world.sinkFaults.before = () => {
      throw new UnavailableError('kafka-unavailable', 'away');
    };
    await world.work([queued(again), event('c', nowMs)]);
    expect(totals()).toEqual({ r: 2, d: 1, t: 1 });
  });

  it.each([
    ['refuses', async () => Promise.reject(new Error('AccessDeniedException'))],
    [
      'does not answer',
      (signal?: AbortSignal) =>
        new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    ],
  ])('touch no event when their table %s, and catch up afterwards', async (_what, away) => {
    const { world, table, totals } = countingRouter();
    table.away = away;
    for (const content of ['a', 'b', 'c']) expect(await world.work([event(content, world.clock.nowMs())])).toEqual([]);
    expect(world.contents()).toEqual(['a', 'b', 'c']);
    expect(totals()).toEqual({});
    table.away = undefined;
    await world.work([event('d', world.clock.nowMs())]);
    expect(totals()).toEqual({ r: 4 });
  });
});
