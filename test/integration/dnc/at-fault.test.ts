import { beforeEach, describe, expect, it } from '@jest/globals';
import { fakeClock } from '../../support/clock.ts';
import { createDncRelay, type DncRelay, eventOf, MINUTE_MS, numberOf } from './support/dnc-relay.ts';
import { type MemoryDncApi, memoryDncApi } from './support/memory-dnc-api.ts';
import { memoryOutside } from './support/outside.ts';

const HOUR_MS = 60 * MINUTE_MS;

describe('a contact on which CXone fails alone', () => {
  const clock = fakeClock();
  let api: MemoryDncApi;
  let relay: DncRelay;
  beforeEach(() => {
    api = memoryDncApi(clock);
    relay = createDncRelay({ clock, api, outside: memoryOutside(clock) });
  });
  const fill = async (from: number, count: number) => {
    for (let index = from; index < from + count; index++) {
      await relay.queue.put(eventOf(numberOf(index), 'optOut', clock.nowMs()));
      clock.advance(1);
    }
  };
  const waitOf = async (index: number) => ((await relay.item(numberOf(index)))?.nextAttemptAtMs ?? 0) - clock.nowMs();

  it('is not at fault when CXone answers nobody after it, and waits minutes, not hours', async () => {
    await fill(0, 101);
    clock.advance(5 * HOUR_MS);
    let requests = 0;
    api.fault = () => (++requests > 1 && requests < 5 ? { kind: 'status', status: 503 } : undefined);
    expect(await relay.run()).toMatchObject({ confirmed: 100, remaining: 1, requests: 4 });
    expect(await relay.item(numberOf(100))).toMatchObject({ state: 'pending', lastError: null });
    expect(await waitOf(100)).toBeLessThanOrEqual(3 * MINUTE_MS);
    clock.advance(3 * MINUTE_MS);
    expect(await relay.run()).toMatchObject({ confirmed: 1, remaining: 0 });
  });

  it('waits two minutes when it is at fault for the first time, and half an hour at most after that', async () => {
    await fill(0, 10);
    clock.advance(5 * HOUR_MS);
    api.poisonous.add(numberOf(0));
    expect(await relay.run()).toMatchObject({ confirmed: 9, remaining: 1 });
    expect((await relay.item(numberOf(0)))?.lastError).toBe('500: poisoned');
    expect(await waitOf(0)).toBeLessThanOrEqual(2 * MINUTE_MS);

    clock.advance(2 * MINUTE_MS);
    await fill(10, 1);
    expect(await relay.run()).toMatchObject({ confirmed: 1, remaining: 1 });
    expect(await waitOf(0)).toBeGreaterThanOrEqual(15 * MINUTE_MS);
    expect(await waitOf(0)).toBeLessThanOrEqual(30 * MINUTE_MS);
  });

  it.each([
    ['the first', 0, 'no answer'],
    ['one in the middle', 37, 'no answer'],
    ['the last, after which nobody is answered,', 99, null],
  ])('is found within one run when CXone hangs on it: %s of 100', async (_which, hanging, lastError) => {
    await fill(0, 100);
    api.onSend = async () => clock.advance(2000);
    api.fault = (contacts) => {
      const hangs = contacts.some(({ phoneNumber }) => phoneNumber === numberOf(hanging));
      return hangs ? { kind: 'no-answer', executedAfterMs: undefined } : undefined;
    };
    expect(await relay.run()).toMatchObject({ confirmed: 99, remaining: 1, stoppedBy: 'empty' });
    expect(await relay.item(numberOf(hanging))).toMatchObject({ state: 'pending', attempts: 0, lastError });
  });
});
