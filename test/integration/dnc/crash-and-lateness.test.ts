import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { DncApi } from '../../../lib/dnc/dnc-api.ts';
import type { DncEvent } from '../../../lib/dnc/types.ts';
import { fakeClock } from '../../support/clock.ts';
import { createDncRelay, type DncRelay, eventOf, MINUTE_MS, numberOf } from './support/dnc-relay.ts';
import { type MemoryDncApi, type MemoryFault, memoryDncApi } from './support/memory-dnc-api.ts';
import { memoryOutside } from './support/outside.ts';

const TWO_MINUTES_MS = 120_000;

function start(laneOf?: DncApi['laneOf']) {
  const clock = fakeClock();
  const api = memoryDncApi(clock);
  if (laneOf) api.laneOf = laneOf;
  return { clock, api, relay: createDncRelay({ clock, api, outside: memoryOutside(clock) }) };
}

/** CXone holds the newest preference of every number, and no request that may still come changes that. */
function expectNewest(api: MemoryDncApi, clock: { advance(ms: number): void }, newest: Iterable<DncEvent>): void {
  clock.advance(60 * MINUTE_MS);
  const held = api.held();
  for (const { phoneNumber, preference, eventTime } of newest) {
    expect(held.get(phoneNumber)).toMatchObject({ phoneNumber, preference, eventTime });
  }
}

describe('a batcher that dies, doubles or meets a late CXone', () => {
  const answers: [string, MemoryFault | undefined][] = [
    ['answered at once', undefined],
    ['executed without an answer', { kind: 'no-answer', executedAfterMs: 0 }],
    ['executed just before it can no longer be', { kind: 'no-answer', executedAfterMs: TWO_MINUTES_MS - 1 }],
  ];
  it.each(answers)('killed after any step, its request %s: the newer wish stands in the end', async (_name, fault) => {
    let died = 0;
    for (let operations = 0; operations < 40; operations++) {
      const { clock, api, relay } = start();
      const numbers = [0, 1, 2].map(numberOf);
      for (const number of numbers) await relay.queue.put(eventOf(number, 'optOut', clock.nowMs()));
      let first = true;
      api.fault = () => {
        const current = first ? fault : undefined;
        first = false;
        return current;
      };
      relay.life.killAfter(operations);
      await relay.run().catch(() => undefined);
      if (relay.life.isDead()) died++;
      relay.life.revive();
      clock.advance(1000);
      const newer = numbers.map((number) => eventOf(number, 'optIn', clock.nowMs()));
      for (const event of newer) await relay.queue.put(event);
      await relay.runUntilDone(clock.advance);
      expectNewest(api, clock, newer);
    }
    expect(died).toBeGreaterThan(12);
  });

  it('sends nothing newer for a number while a request of its may still be executed', async () => {
    const { clock, api, relay } = start();
    await relay.queue.put(eventOf(numberOf(0), 'optOut', clock.nowMs()));
    api.fault = () => ({ kind: 'status', status: 503 });
    await relay.run();
    const lastMs = clock.nowMs();
    api.fault = () => undefined;
    api.requests.length = 0;
    clock.advance(1);
    await relay.queue.put(eventOf(numberOf(0), 'optIn', clock.nowMs()));
    await relay.runUntilDone(clock.advance);
    expect((api.requests[0]?.atMs ?? 0) - lastMs).toBeGreaterThanOrEqual(TWO_MINUTES_MS - 20_000);
    expect((await relay.item(numberOf(0)))?.state).toBe('synced');
  });

  it('waits even after a later try was confirmed, for the one before it may still come', async () => {
    const { clock, api, relay } = start();
    await relay.queue.put(eventOf(numberOf(0), 'optOut', clock.nowMs()));
    let tries = 0;
    api.fault = () => (tries++ === 0 ? { kind: 'no-answer', executedAfterMs: TWO_MINUTES_MS - 1 } : undefined);
    expect(await relay.run()).toMatchObject({ confirmed: 1, remaining: 0 });
    clock.advance(1);
    const newer = eventOf(numberOf(0), 'optIn', clock.nowMs());
    await relay.queue.put(newer);
    expect(await relay.run()).toMatchObject({ sent: 0, remaining: 1 });
    await relay.runUntilDone(clock.advance);
    expectNewest(api, clock, [newer]);
  });

  it.each<[string, MemoryFault | undefined, number]>([
    ['an error that ends the run', { kind: 'status', status: 403 }, 300_000],
    ['the end of its time', undefined, 70_000],
  ])('holds numbers back that %s left with an open request', async (_name, then, timeOutMs) => {
    const { clock, api, relay } = start();
    await relay.queue.put(eventOf(numberOf(0), 'optOut', clock.nowMs()));
    const answers = [{ kind: 'no-answer', executedAfterMs: TWO_MINUTES_MS - 1 } as const, then];
    api.fault = () => answers.shift();
    await relay.run({ timeOutMs }).catch(() => undefined);
    expect(api.requests).toHaveLength(then ? 2 : 1);
    clock.advance(1);
    const newer = eventOf(numberOf(0), 'optIn', clock.nowMs());
    await relay.queue.put(newer);
    expect(await relay.run()).toMatchObject({ sent: 0, remaining: 1 });
    await relay.runUntilDone(clock.advance);
    expectNewest(api, clock, [newer]);
  });

  it('keeps its lease when it cannot write what it must hold back', async () => {
    const clock = fakeClock();
    const api = memoryDncApi(clock);
    const outside = memoryOutside(clock);
    let away = true;
    const settlement: typeof outside.settlement = {
      ...outside.settlement,
      retryLater: async (item, retry) => {
        if (away) throw new Error('the table is away');
        return outside.settlement.retryLater(item, retry);
      },
    };
    const relay = createDncRelay({ clock, api, outside: { ...outside, settlement } });
    await relay.queue.put(eventOf(numberOf(0), 'optOut', clock.nowMs()));
    const answers: MemoryFault[] = [
      { kind: 'no-answer', executedAfterMs: TWO_MINUTES_MS - 1 },
      { kind: 'status', status: 403 },
    ];
    api.fault = () => answers.shift();
    await expect(relay.run()).rejects.toThrow('the table is away');
    away = false;
    const newer = eventOf(numberOf(0), 'optIn', clock.nowMs() + 1);
    clock.advance(1);
    await relay.queue.put(newer);
    expect(await relay.runAny()).toEqual({ status: 'busy' });
    await relay.runUntilDone(clock.advance);
    expectNewest(api, clock, [newer]);
  });

  it('is covered by its lease at every request, the last of a long run too', async () => {
    const { clock, api, relay } = start();
    for (let index = 0; index < 300; index++) await relay.queue.put(eventOf(numberOf(index), 'optOut', clock.nowMs()));
    let sent = 0;
    api.onSend = async () => {
      clock.advance(60_000);
      if (++sent === 3) relay.life.killAfter(0); // this request leaves, nothing after it
    };
    api.fault = () => (sent === 2 ? { kind: 'no-answer', executedAfterMs: TWO_MINUTES_MS - 1 } : undefined);
    await relay.run().catch(() => undefined);
    expect(sent).toBe(3);
    relay.life.revive();
    api.onSend = async () => undefined;
    api.fault = () => undefined;
    clock.advance(1);
    const newer = [...(api.requests[2]?.contacts ?? [])].map(({ phoneNumber }) =>
      eventOf(phoneNumber, 'optIn', clock.nowMs()),
    );
    for (const event of newer) await relay.queue.put(event);
    await relay.runUntilDone(clock.advance);
    expectNewest(api, clock, newer);
  });

  it('lets a second run at the same time say so and do nothing', async () => {
    const { clock, api, relay } = start();
    for (let index = 0; index < 250; index++) await relay.queue.put(eventOf(numberOf(index), 'optOut', clock.nowMs()));
    const results = await Promise.all([relay.runAny(), relay.runAny()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['busy', 'done']);
    expect(api.requests).toHaveLength(3);
  });

  it('does no harm when two run at once after all', async () => {
    const { clock, api, relay } = start();
    const events = Array.from({ length: 250 }, (_, index) => eventOf(numberOf(index), 'optOut', clock.nowMs()));
    for (const event of events) await relay.queue.put(event);
    await Promise.all([relay.run({ ignoreLease: true }), relay.run({ ignoreLease: true })]);
    expect(await relay.summary()).toMatchObject({ pending: 0, failed: 0 });
    expectNewest(api, clock, events);
  });

  it('stops when it has lost its lease', async () => {
    const { clock, api, relay } = start();
    for (let index = 0; index < 250; index++) await relay.queue.put(eventOf(numberOf(index), 'optOut', clock.nowMs()));
    let other: Awaited<ReturnType<typeof relay.acquireLease>>;
    api.onSend = async () => {
      clock.advance(200_000);
      other ??= await relay.acquireLease(180_000);
    };
    expect(await relay.run({ timeOutMs: 900_000 })).toMatchObject({ stoppedBy: 'lease-lost', requests: 1 });
    expect(other).toBeDefined();
  });

  it.each<[string, DncApi['laneOf'] | undefined]>([
    ['in one lane', undefined],
    ['in lanes of their own', ({ preference }) => ({ name: preference, limit: 100 })],
  ])('ends with the newest preference of every number, whatever happens on the way, %s', async (_lanes, laneOf) => {
    const actions = fc.array(action, { minLength: 10, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(actions, (all) => liveThrough(all, laneOf)),
      { numRuns: 150 },
    );
  });
});

type Action =
  | { do: 'wish'; number: number; optOut: boolean; agoMs: number }
  | { do: 'run'; faults: (MemoryFault | null)[]; killAfter: number | null }
  | { do: 'wait'; ms: number };

const fault: fc.Arbitrary<MemoryFault | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  fc.constant<MemoryFault>({ kind: 'status', status: 500 }),
  fc.constant<MemoryFault>({ kind: 'status', status: 403 }),
  fc.constant<MemoryFault>({ kind: 'status', status: 429, retryAfterMs: 2000 }),
  fc
    .integer({ min: 0, max: TWO_MINUTES_MS - 1 })
    .map((ms): MemoryFault => ({ kind: 'no-answer', executedAfterMs: ms })),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    do: fc.constant('wish' as const),
    number: fc.nat({ max: 3 }),
    optOut: fc.boolean(),
    agoMs: fc.nat({ max: 5000 }),
  }),
  fc.record({
    do: fc.constant('run' as const),
    faults: fc.array(fault, { maxLength: 6 }),
    killAfter: fc.option(fc.nat({ max: 40 })),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 90_000 }) }),
);

async function liveThrough(actions: Action[], laneOf: DncApi['laneOf'] | undefined): Promise<void> {
  const { clock, api, relay } = start(laneOf);
  const newest = new Map<string, DncEvent>();
  for (const act of actions) {
    if (act.do === 'wait') clock.advance(act.ms);
    if (act.do === 'wish') {
      const event = eventOf(
        numberOf(act.number),
        act.optOut ? 'optOut' : 'optIn',
        clock.nowMs() - act.agoMs,
        clock.nowMs(),
      );
      await relay.queue.put(event);
      const former = newest.get(event.phoneNumber);
      if (!former || rankOf(event) > rankOf(former)) newest.set(event.phoneNumber, event);
    }
    if (act.do === 'run') await runWith(relay, api, act);
  }
  await relay.runUntilDone(clock.advance);
  expectNewest(api, clock, newest.values());
}

async function runWith(
  relay: DncRelay,
  api: MemoryDncApi,
  { faults, killAfter }: Action & { do: 'run' },
): Promise<void> {
  const left = [...faults];
  api.fault = () => left.shift() ?? undefined;
  if (killAfter !== null) relay.life.killAfter(killAfter);
  await relay.runAny().catch(() => undefined);
  relay.life.revive();
  api.fault = () => undefined;
}

const rankOf = ({ eventTime, preference, eventId }: DncEvent): string =>
  `${eventTime} ${preference === 'optOut' ? 1 : 0} ${eventId}`;
