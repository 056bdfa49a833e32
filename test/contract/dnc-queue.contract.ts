import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { DncEvent, DncQueue } from '../../lib/dnc/types.ts';

const NOON_MS = Date.UTC(2026, 0, 31, 12);
export const iso = (ms: number) => new Date(ms).toISOString();

export const dncEvent = (eventId: string, extra: Partial<DncEvent> = {}): DncEvent => ({
  phoneNumber: '+14155550100',
  preference: 'optOut',
  eventTime: iso(NOON_MS),
  eventId,
  receivedAtMs: NOON_MS + 1000,
  ...extra,
});

export interface QueueUnderTest {
  queue: DncQueue;
  standing(phoneNumber: string): Promise<{ preference: string; eventId: string } | undefined>;
}

/** What every DncQueue does (guarantee 7). `make` may share one queue among tests: each uses numbers of its own. */
export function dncQueueContract(make: () => QueueUnderTest): void {
  let last = 0;
  const freshNumber = () => `+1415555${String(++last).padStart(4, '0')}`;

  it('queues the first wish, leaves its repeat unchanged', async () => {
    const { queue } = make();
    const event = dncEvent('a', { phoneNumber: freshNumber() });
    expect(await queue.put(event)).toBe('queued');
    expect(await queue.put(event)).toBe('unchanged');
  });

  it('lets the newer event win, whichever comes first', async () => {
    const { queue, standing } = make();
    for (const order of [['old', 'new'] as const, ['new', 'old'] as const]) {
      const phoneNumber = freshNumber();
      for (const id of order) {
        const ms = id === 'new' ? NOON_MS : NOON_MS - 1;
        await queue.put(
          dncEvent(id, { phoneNumber, eventTime: iso(ms), preference: id === 'new' ? 'optIn' : 'optOut' }),
        );
      }
      expect(await standing(phoneNumber)).toMatchObject({ preference: 'optIn', eventId: 'new' });
    }
  });

  it('compares instants, not their texts', async () => {
    const { queue, standing } = make();
    const phoneNumber = freshNumber();
    await queue.put(dncEvent('early', { phoneNumber, eventTime: '2026-01-31T13:30:00+02:00', preference: 'optIn' }));
    await queue.put(dncEvent('late', { phoneNumber, eventTime: '2026-01-31T11:45:00Z' }));
    expect(await standing(phoneNumber)).toMatchObject({ eventId: 'late' });
  });

  it('lets opt-out win at one instant, whichever comes first', async () => {
    const { queue, standing } = make();
    for (const order of [['optIn', 'optOut'] as const, ['optOut', 'optIn'] as const]) {
      const phoneNumber = freshNumber();
      for (const preference of order) await queue.put(dncEvent(`z-${preference}`, { phoneNumber, preference }));
      expect(await standing(phoneNumber)).toMatchObject({ preference: 'optOut' });
    }
  });

  it('is not blocked by an event from 2099', async () => {
    const { queue, standing } = make();
    const phoneNumber = freshNumber();
    await queue.put(dncEvent('future', { phoneNumber, eventTime: '2099-01-01T00:00:00Z', preference: 'optIn' }));
    const next = { phoneNumber, eventTime: iso(NOON_MS + 60_000), receivedAtMs: NOON_MS + 61_000 };
    expect(await queue.put(dncEvent('next', next))).toBe('queued');
    expect(await standing(phoneNumber)).toMatchObject({ preference: 'optOut' });
  });

  it('does not let an event of the future win over itself when it is heard again', async () => {
    const { queue } = make();
    const event = dncEvent('future', { phoneNumber: freshNumber(), eventTime: '2099-01-01T00:00:00Z' });
    await queue.put(event);
    expect(await queue.put({ ...event, receivedAtMs: event.receivedAtMs + 5000 })).toBe('unchanged');
  });

  it('ends at the newest wish in any order of arrival, repeats included', async () => {
    const { queue, standing } = make();
    const wish = fc.record({ atMs: fc.integer({ min: 0, max: 3 }), preference: fc.constantFrom('optIn', 'optOut') });
    const arrivals = fc.array(wish, { minLength: 1, maxLength: 6 }).chain((wishes) => {
      const events = wishes.map(({ atMs, preference }, i) =>
        dncEvent(`e${i}`, { eventTime: iso(NOON_MS + atMs), preference, receivedAtMs: NOON_MS + 2 }),
      );
      const indices = [...events.keys(), ...events.keys()];
      return fc.shuffledSubarray(indices, { minLength: indices.length }).map((order) => ({ events, order }));
    });
    await fc.assert(
      fc.asyncProperty(arrivals, async ({ events, order }) => {
        const phoneNumber = freshNumber();
        for (const i of order) await queue.put({ ...(events[i] as DncEvent), phoneNumber });
        expect(await standing(phoneNumber)).toMatchObject(expectedWish(events));
      }),
      { numRuns: 60 },
    );
  });
}

/** By the meaning of guarantee 7, told apart from how a queue decides: sort all wishes, take the last. */
function expectedWish(events: readonly DncEvent[]) {
  const effective = (e: DncEvent) => Math.min(Date.parse(e.eventTime), e.receivedAtMs);
  const sorted = events.toSorted(
    (a, b) =>
      effective(a) - effective(b) ||
      Number(a.preference === 'optOut') - Number(b.preference === 'optOut') ||
      (a.eventId < b.eventId ? -1 : 1),
  );
  const last = sorted.at(-1);
  return { preference: last?.preference, eventId: last?.eventId };
}
