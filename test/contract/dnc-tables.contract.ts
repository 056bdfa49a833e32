import { expect, it } from '@jest/globals';
import type { DueWishes } from '../../lib/dnc/due-wishes.ts';
import type { Settlement } from '../../lib/dnc/settlement.ts';
import type { DncEvent, DncItem, DncQueue } from '../../lib/dnc/types.ts';

export interface DncTablesUnderTest {
  queue: DncQueue;
  wishes: DueWishes;
  settlement: Settlement;
}

const NOON_MS = Date.UTC(2026, 0, 31, 12);

/** What the drain relies on of DncQueue. `make` may share tables among tests: each uses numbers of its own. */
export function dncTablesContract(make: () => DncTablesUnderTest): void {
  let last = 0;
  const fresh = () => `+1628555${String(++last).padStart(4, '0')}`;
  const event = (phoneNumber: string, eventId: string, atMs = NOON_MS): DncEvent => ({
    phoneNumber,
    preference: 'optOut',
    eventTime: new Date(atMs).toISOString(),
    eventId,
    receivedAtMs: atMs,
  });
  const dueAmong = async (wishes: DueWishes, dueByMs: number, numbers: string[]) => {
    const due: string[] = [];
    for await (const number of wishes.due(dueByMs)) if (numbers.includes(number)) due.push(number);
    return due;
  };
  const put = async (queue: DncQueue, wishes: DueWishes, wish: DncEvent): Promise<DncItem> => {
    await queue.put(wish);
    const [item] = await wishes.read([wish.phoneNumber]);
    if (!item) throw new Error('the item was not written');
    return item;
  };
  const retry = { nextAttemptAtMs: NOON_MS + 5000, notBeforeMs: 0, attempts: 1, lastError: 'no' };

  it('lists pending numbers that are due, the longest due first', async () => {
    const { queue, wishes } = make();
    const numbers = Array.from({ length: 40 }, fresh);
    for (const [index, number] of numbers.entries()) {
      await queue.put(event(number, `due-${index}`, NOON_MS + ((index * 17) % 40)));
    }
    const due = await dueAmong(wishes, NOON_MS + 29, numbers);
    const expected = numbers
      .map((number, index) => ({ number, atMs: (index * 17) % 40 }))
      .filter(({ atMs }) => atMs < 30);
    expect(due).toEqual(expected.sort((a, b) => a.atMs - b.atMs).map(({ number }) => number));
  });

  it('reads items in the order asked for and leaves out unknown numbers', async () => {
    const { queue, wishes } = make();
    const [a, b, unknown] = [fresh(), fresh(), fresh()];
    await queue.put(event(a, 'read-a'));
    await queue.put(event(b, 'read-b'));
    expect((await wishes.read([b, unknown, a])).map(({ phoneNumber }) => phoneNumber)).toEqual([b, a]);
  });

  it('confirms the very event and takes it out of the due ones', async () => {
    const { queue, wishes, settlement } = make();
    const number = fresh();
    const item = await put(queue, wishes, event(number, 'confirm'));
    expect(await settlement.confirm(item, { nowMs: NOON_MS + 7, notBeforeMs: 0 })).toBe(true);
    expect(await settlement.confirm(item, { nowMs: NOON_MS + 8, notBeforeMs: 0 })).toBe(false);
    expect((await wishes.read([number]))[0]).toMatchObject({
      state: 'synced',
      confirmedAtMs: NOON_MS + 7,
      notBeforeMs: 0,
    });
    expect(await dueAmong(wishes, NOON_MS * 2, [number])).toEqual([]);
  });

  it('leaves a newer wish alone, but tells it what may still be executed', async () => {
    const { queue, wishes, settlement } = make();
    for (const [index, settle] of [
      (item: DncItem) => settlement.confirm(item, { nowMs: NOON_MS, notBeforeMs: NOON_MS + 99 }),
      (item: DncItem) => settlement.retryLater(item, { ...retry, notBeforeMs: NOON_MS + 99 }),
      (item: DncItem) => settlement.fail(item, { nowMs: NOON_MS, notBeforeMs: NOON_MS + 99, reason: 'no' }),
    ].entries()) {
      const number = fresh();
      const old = await put(queue, wishes, event(number, `old-${index}`));
      const newer = await put(queue, wishes, event(number, `newer-${index}`, NOON_MS + 1));
      expect(await settle(old)).toBe(false);
      expect((await wishes.read([number]))[0]).toEqual({ ...newer, notBeforeMs: NOON_MS + 99 });
    }
  });

  it('keeps notBefore through a newer wish, never lowering it', async () => {
    const { queue, wishes, settlement } = make();
    const number = fresh();
    const item = await put(queue, wishes, event(number, 'late'));
    await settlement.retryLater(item, { ...retry, notBeforeMs: NOON_MS + 99 });
    await settlement.retryLater(item, { ...retry, notBeforeMs: 0 });
    const newer = await put(queue, wishes, event(number, 'later', NOON_MS + 1));
    expect(newer.notBeforeMs).toBe(NOON_MS + 99);
    await settlement.confirm(item, { nowMs: NOON_MS, notBeforeMs: NOON_MS + 50 });
    expect((await wishes.read([number]))[0]?.notBeforeMs).toBe(NOON_MS + 99);
  });

  it('puts a refused wish off, and a failed one out of the due ones, with reason and attempts', async () => {
    const { queue, wishes, settlement } = make();
    const number = fresh();
    const item = await put(queue, wishes, event(number, 'refused'));
    expect(await settlement.retryLater(item, retry)).toBe(true);
    const [later] = await wishes.read([number]);
    expect(later).toMatchObject({ state: 'pending', attempts: 1, lastError: 'no', nextAttemptAtMs: NOON_MS + 5000 });
    expect(await dueAmong(wishes, NOON_MS + 4999, [number])).toEqual([]);
    expect(await dueAmong(wishes, NOON_MS + 5000, [number])).toEqual([number]);
    if (later) expect(await settlement.fail(later, { nowMs: NOON_MS, notBeforeMs: 0, reason: 'never' })).toBe(true);
    expect((await wishes.read([number]))[0]).toMatchObject({ state: 'failed', attempts: 2, lastError: 'never' });
    expect(await dueAmong(wishes, NOON_MS * 2, [number])).toEqual([]);
  });

  it('brings a failed number back when a newer wish comes', async () => {
    const { queue, wishes, settlement } = make();
    const number = fresh();
    const item = await put(queue, wishes, event(number, 'failed'));
    await settlement.fail(item, { nowMs: NOON_MS, notBeforeMs: 0, reason: 'never' });
    const newer = await put(queue, wishes, event(number, 'fresh', NOON_MS + 1));
    expect(newer).toMatchObject({ state: 'pending', attempts: 0, lastError: null });
    expect(await dueAmong(wishes, NOON_MS + 1, [number])).toEqual([number]);
  });
}
