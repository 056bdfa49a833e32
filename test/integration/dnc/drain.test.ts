import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { fakeClock } from '../../support/clock.ts';
import { createDncRelay, type DncRelay, eventOf, MINUTE_MS, numberOf } from './support/dnc-relay.ts';
import { type MemoryDncApi, memoryDncApi } from './support/memory-dnc-api.ts';
import { memoryOutside } from './support/outside.ts';

describe('draining the DNC queue', () => {
  const clock = fakeClock();
  let api: MemoryDncApi;
  let relay: DncRelay;

  beforeEach(() => {
    api = memoryDncApi(clock);
    relay = createDncRelay({ clock, api, outside: memoryOutside(clock), settings: { maxAttempts: 3 } });
  });
  const number = numberOf;
  const fill = async (count: number, preference: 'optIn' | 'optOut' = 'optOut') => {
    const events = Array.from({ length: count }, (_, index) => eventOf(number(index), preference, clock.nowMs()));
    await Promise.all(events.map((event) => relay.queue.put(event)));
    return events;
  };
  const runUntilDone = () => relay.runUntilDone(clock.advance);

  it('confirms opt-outs and opt-ins with what the event said, and tells the story of each', async () => {
    const out = eventOf(number(0), 'optOut', clock.nowMs() - 5000, clock.nowMs());
    const back = eventOf(number(1), 'optIn', clock.nowMs());
    await relay.queue.put(out);
    await relay.queue.put(back);
    const report = await relay.run();
    expect(report).toMatchObject({ sent: 2, confirmed: 2, failed: 0, remaining: 0, oldestPendingAgeSeconds: 0 });
    expect(api.requests).toHaveLength(1);
    expect(api.held().get(number(0))).toMatchObject({ preference: 'optOut', eventTime: out.eventTime });
    expect(api.held().get(number(1))).toMatchObject({ preference: 'optIn' });
    expect(await relay.item(number(0))).toMatchObject({ state: 'synced', confirmedAtMs: clock.nowMs() });
    const story = await relay.history.read(number(0));
    expect(story.map(({ type }) => type).sort()).toEqual(['confirmed', 'sent']);
    const requestIds = new Set(story.flatMap(({ requestId }) => requestId ?? []));
    expect(requestIds.size).toBe(1);
    expect(relay.auditRecords.filter(({ subject }) => requestIds.has(subject)).map(({ status }) => status)).toEqual([
      'intent',
      'success',
    ]);
    expect(relay.metrics.values.DncEventToConfirmation).toContain(5);
  });

  it('shows no number in trail and log, nor a digest by which one could be found by trying all', async () => {
    const [taken, bad] = [eventOf(number(0), 'optOut', clock.nowMs()), eventOf(number(1), 'optOut', clock.nowMs())];
    await relay.queue.put(taken);
    api.refused.set(number(1), 'no such number');
    await relay.run();
    await relay.queue.put(bad);
    await runUntilDone();
    expect(JSON.stringify([relay.auditRecords, relay.log.lines])).not.toMatch(/415555000\d/);
    const line = `${number(0)} optOut ${taken.eventId}\n`;
    const digests = new Set(relay.auditRecords.filter(({ seq }) => seq <= 2).map(({ details }) => details.digest));
    expect(digests.size).toBe(1); // intent and outcome are of the same contacts
    expect([...digests][0]).toMatch(/^[0-9a-f]{64}$/);
    expect([...digests][0]).not.toBe(createHash('sha256').update(line).digest('hex'));
    expect([...digests][0]).toBe(await relay.auditDigest(line));
  });

  it('sends the longest due first', async () => {
    const order = [3, 0, 2, 1];
    for (const index of order) {
      await relay.queue.put(eventOf(number(index), 'optOut', clock.nowMs() + index));
    }
    clock.advance(10);
    await relay.run();
    expect(api.requests[0]?.contacts.map(({ phoneNumber }) => phoneNumber)).toEqual([0, 1, 2, 3].map(number));
  });

  it('keeps a wish pending that came while an older one was under way, and sends it too', async () => {
    await relay.queue.put(eventOf(number(0), 'optOut', clock.nowMs()));
    const newer = eventOf(number(0), 'optIn', clock.nowMs() + 1);
    api.onSend = async () => {
      api.onSend = async () => undefined;
      clock.advance(1);
      await relay.queue.put(newer);
    };
    expect(await relay.run()).toMatchObject({ sent: 2, confirmed: 1, remaining: 0 });
    expect(api.held().get(number(0))?.preference).toBe('optIn');
    expect(await relay.item(number(0))).toMatchObject({ state: 'synced', eventId: newer.eventId });
  });

  it('lets 97 good contacts through when three of 100 are refused, and fails those after the last attempt', async () => {
    await fill(100);
    for (const index of [0, 41, 99]) api.refused.set(number(index), `422: no such list for ${index}`);
    const first = await relay.run();
    expect(first).toMatchObject({ sent: 100, confirmed: 97, failed: 0, remaining: 3 });
    expect(first.requests).toBeLessThanOrEqual(1 + 2 * 3 * 7);
    await runUntilDone();
    for (const index of [0, 41, 99]) {
      expect(await relay.item(number(index))).toMatchObject({
        state: 'failed',
        attempts: 3,
        lastError: `422: no such list for ${index}`,
      });
      const types = (await relay.history.read(number(index))).map(({ type }) => type);
      expect(types.filter((type) => type === 'refused')).toHaveLength(3);
      expect(types).toContain('failed');
    }
    expect(await relay.summary()).toMatchObject({ pending: 0, failed: 3 });
    expect(relay.metrics.values.DncFailedNumbers?.at(-1)).toBe(3);
  });

  it('sends a refused contact alone from then on', async () => {
    await fill(10);
    api.refused.set(number(4), '422: no');
    await relay.run();
    api.requests.length = 0;
    clock.advance(60 * MINUTE_MS);
    await relay.queue.put(eventOf(number(11), 'optOut', clock.nowMs()));
    await relay.run();
    expect(api.requests.map(({ contacts }) => contacts.length).sort()).toEqual([1, 1]);
    api.refused.clear();
    clock.advance(60 * MINUTE_MS);
    await relay.run();
  });

  it('sends contacts that gave trouble before after all others', async () => {
    await fill(70);
    for (let index = 5; index < 70; index += 10) api.poisonous.add(number(index));
    await runUntil(async () => (await relay.summary()).pending === 7);
    const fresh = Array.from({ length: 120 }, (_, index) => number(100 + index));
    for (const each of fresh) await relay.queue.put(eventOf(each, 'optOut', clock.nowMs()));
    clock.advance(24 * 60 * MINUTE_MS);
    api.requests.length = 0;
    await relay.run();
    expect(api.requests.slice(0, 2).map(({ contacts }) => contacts.length)).toEqual([100, 20]);
    for (const { state } of await relay.items(fresh)) expect(state).toBe('synced');
  });

  it('requeues a failed number with all its attempts', async () => {
    await fill(1);
    api.refused.set(number(0), '422: no');
    await runUntilDone();
    const failed = await relay.item(number(0));
    expect(failed?.state).toBe('failed');
    api.refused.clear();
    if (failed) expect(await relay.requeue(failed)).toBe(true);
    if (failed) expect(await relay.requeue(failed)).toBe(false);
    await relay.run();
    expect(await relay.item(number(0))).toMatchObject({ state: 'synced', attempts: 0 });
    expect((await relay.history.read(number(0))).map(({ type }) => type)).toContain('requeued');
  });

  it('finds the contact that an existingRecordId belongs to, and names the id in its request alone', async () => {
    await fill(100);
    api.conflicts.set(number(17), 'record-17');
    api.conflicts.set(number(80), 'record-80');
    expect(await relay.run()).toMatchObject({ confirmed: 100, remaining: 0 });
    const named = api.requests.filter(({ contacts }) => contacts.some(({ upsert }) => upsert?.existingRecordId));
    expect(named.map(({ contacts }) => contacts.map((c) => [c.phoneNumber, c.upsert?.existingRecordId]))).toEqual([
      [[number(17), 'record-17']],
      [[number(80), 'record-80']],
    ]);
  });

  it('repeats a batch once as an upsert after a 409 without an id', async () => {
    await fill(50);
    api.conflicts.set(number(17), undefined);
    expect(await relay.run()).toMatchObject({ confirmed: 50, requests: 2 });
  });

  it.each([
    ['500', { kind: 'status', status: 500 } as const],
    ['no answer', { kind: 'no-answer', executedAfterMs: undefined } as const],
  ])('an hour of %s fails no number, counts no attempt and sends little', async (_name, fault) => {
    await fill(250);
    api.fault = () => fault;
    const endMs = clock.nowMs() + 60 * MINUTE_MS;
    let runs = 0;
    while (clock.nowMs() < endMs) {
      api.requests.length = 0;
      const report = await relay.run();
      expect(report).toMatchObject({ confirmed: 0, failed: 0, remaining: 250 });
      expect(api.requests.length).toBeLessThanOrEqual(16);
      clock.advance(MINUTE_MS);
      runs++;
    }
    expect(runs).toBeGreaterThan(5);
    for (const { state, attempts } of await relay.items(Array.from({ length: 250 }, (_, index) => number(index)))) {
      expect([state, attempts]).toEqual(['pending', 0]);
    }
    api.fault = () => undefined;
    clock.advance(10 * MINUTE_MS);
    await runUntilDone();
    expect(api.held().get(number(249))?.preference).toBe('optOut');
  });

  it.each([
    [401, /cxone secret/],
    [403, /outbound:contacts:write/],
    [404, /cxone\.paths\.outboundContacts/],
  ])(
    'an hour of %i stops each run with an error that names what to mend, and fails no number',
    async (status, names) => {
      await fill(150);
      api.fault = () => ({ kind: 'status', status });
      for (let minute = 0; minute < 60; minute++) {
        api.requests.length = 0;
        await expect(relay.run()).rejects.toThrow(names);
        expect(api.requests).toHaveLength(1);
        clock.advance(MINUTE_MS);
      }
      expect(await relay.item(number(0))).toMatchObject({ state: 'pending', attempts: 0 });
      api.fault = () => undefined;
      expect(await relay.run()).toMatchObject({ confirmed: 150, remaining: 0, requests: 2 });
    },
  );

  it('one poisonous contact neither stops its neighbours nor ever fails', async () => {
    await fill(200);
    api.poisonous.add(number(0)).add(number(150));
    await runUntil(() => relay.summary().then(({ pending }) => pending === 2));
    expect(await relay.item(number(0))).toMatchObject({ state: 'pending', attempts: 0, lastError: '500: poisoned' });
    api.poisonous.clear();
    clock.advance(24 * 60 * MINUTE_MS);
    await runUntilDone();
  });
  const runUntil = async (done: () => Promise<boolean>) => {
    for (let runs = 0; runs < 100; runs++) {
      await relay.run();
      if (await done()) return;
      clock.advance(MINUTE_MS);
    }
    throw new Error('it never came to that');
  };

  it('halves the batch after each 429, waits as long as asked, and grows back', async () => {
    await fill(300);
    let throttles = 2;
    api.fault = () => (throttles-- > 0 ? { kind: 'status', status: 429, retryAfterMs: 7000 } : undefined);
    expect(await relay.run()).toMatchObject({ confirmed: 300, remaining: 0 });
    expect(api.requests.map(({ contacts }) => contacts.length)).toEqual([100, 50, 25, 25, 50, 100, 100]);
    const [first, second, third] = api.requests.map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(7000);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(7000);
  });

  it('honours a Retry-After that outlasts the run in the runs that follow', async () => {
    await fill(5);
    api.fault = () => ({ kind: 'status', status: 429, retryAfterMs: 10 * MINUTE_MS });
    expect(await relay.run()).toMatchObject({ stoppedBy: 'throttled', requests: 1 });
    api.fault = () => undefined;
    for (let minute = 1; minute < 10; minute++) {
      clock.advance(MINUTE_MS);
      expect(await relay.run()).toMatchObject({ stoppedBy: 'throttled', requests: 0 });
    }
    clock.advance(MINUTE_MS);
    expect(await relay.run()).toMatchObject({ confirmed: 5, remaining: 0 });
  });

  it('stops in time, and says what is left and how old it is', async () => {
    await fill(300);
    api.onSend = async () => clock.advance(20_000);
    expect(await relay.run({ timeOutMs: 60_000 })).toMatchObject({ stoppedBy: 'time', sent: 100, remaining: 200 });
    api.onSend = async () => undefined;
    clock.advance(MINUTE_MS);
    expect((await relay.summary()).oldestPendingAgeSeconds).toBe(80);
    await runUntilDone();
  });

  it('masks numbers in every log line', async () => {
    await fill(3);
    api.refused.set(number(1), `422: ${number(1)} is no good`);
    api.poisonous.add(number(2));
    for (let runs = 0; runs < 5; runs++) {
      await relay.run();
      clock.advance(30 * MINUTE_MS);
    }
    expect(relay.log.lines.some(({ message }) => message === 'DNC number failed')).toBe(true);
    const lines = relay.log.lines.map((line) => JSON.stringify({ ...line, reason: undefined })).join('\n');
    expect(lines).not.toMatch(/\+1415\d{7}/);
  });
});
