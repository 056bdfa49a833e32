import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fakeClock } from '../../support/clock.ts';
import { createDncRelay, eventOf, MINUTE_MS, numberOf } from './support/dnc-relay.ts';
import { type MemoryFault, memoryDncApi } from './support/memory-dnc-api.ts';
import { memoryOutside } from './support/outside.ts';
import { GROUP_ID, type SimulatedCxone, startSimulatedCxone } from './support/simulated-cxone.ts';

describe('dnc-groups that take no opt-ins', () => {
  const clock = fakeClock();
  let cxone: SimulatedCxone;
  beforeAll(async () => {
    cxone = await startSimulatedCxone(clock, { api: 'dnc-groups', groupId: GROUP_ID });
  });
  afterAll(() => cxone.stop());

  it.each([403, 404, 405])('and answer %i, hold up no opt-out, and no opt-in loses an attempt', async (status) => {
    const outside = memoryOutside(clock);
    const relay = createDncRelay({ clock, api: cxone.api, outside, settings: { batchSize: 2 } });
    const optIns = Array.from({ length: 5 }, (_, index) => numberOf(2 * index));
    const optOuts = Array.from({ length: 5 }, (_, index) => numberOf(2 * index + 1));
    for (let index = 0; index < 10; index++) {
      await relay.queue.put(eventOf(numberOf(index), index % 2 === 0 ? 'optIn' : 'optOut', clock.nowMs()));
      clock.advance(1);
    }
    const match = { method: 'DELETE', path: '/incontactapi' };
    cxone.simulator.addFault({ kind: 'status', status, match, times: 1000 });
    const before = cxone.requests().length;
    await expect(relay.run()).rejects.toThrow(`CXone answered ${status}`);
    const methods = cxone
      .requests()
      .slice(before)
      .map(({ method }) => method);
    expect(methods.sort()).toEqual(['DELETE', 'POST', 'POST', 'POST']);
    for (const { state } of await relay.items(optOuts)) expect(state).toBe('synced');
    for (const item of await relay.items(optIns))
      expect(item).toMatchObject({ state: 'pending', attempts: 0, lastError: null });

    cxone.simulator.faults.clear();
    clock.advance(MINUTE_MS);
    expect(await relay.run()).toMatchObject({ confirmed: 5, remaining: 0 });
  });
});

describe('a form with lanes of its own for opt-outs and opt-ins', () => {
  const start = () => {
    const clock = fakeClock();
    const api = memoryDncApi(clock);
    api.laneOf = ({ preference }) => ({ name: preference, limit: 100 });
    return { clock, api, relay: createDncRelay({ clock, api, outside: memoryOutside(clock) }) };
  };

  it('sends opt-outs first', async () => {
    const { clock, api, relay } = start();
    await relay.queue.put(eventOf(numberOf(0), 'optIn', clock.nowMs()));
    clock.advance(1);
    await relay.queue.put(eventOf(numberOf(1), 'optOut', clock.nowMs()));
    await relay.run();
    expect(api.requests.map(({ contacts }) => contacts[0]?.preference)).toEqual(['optOut', 'optIn']);
  });

  it('sends no opt-out in its lane while the request of an ended lane for that number may still be executed', async () => {
    const { clock, api, relay } = start();
    await relay.queue.put(eventOf(numberOf(0), 'optIn', clock.nowMs()));
    const faults: MemoryFault[] = [
      { kind: 'no-answer', executedAfterMs: 119_999 },
      { kind: 'status', status: 403 },
    ];
    api.fault = () => faults.shift();
    const newer = eventOf(numberOf(0), 'optOut', clock.nowMs() + 90_000);
    api.onSend = async () => {
      if (faults.length > 0) return;
      api.onSend = async () => undefined;
      clock.set(newer.receivedAtMs);
      await relay.queue.put(newer);
    };
    await expect(relay.run()).rejects.toThrow('403');
    expect(api.requests).toHaveLength(2);
    await relay.runUntilDone(clock.advance);
    clock.advance(60 * MINUTE_MS);
    expect(api.held().get(numberOf(0))?.preference).toBe('optOut');
  });
});
