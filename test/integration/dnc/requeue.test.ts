import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { requeueFailed } from '../../../lib/dnc/requeue.ts';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { fakeClock } from '../../support/clock.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { eventOf, numberOf } from './support/dnc-relay.ts';
import { tablesOf } from './support/outside.ts';

let local: LocalDynamo;
beforeAll(async () => {
  local = await startDynamo();
  await createTables(local.client, 'DncQueue', 'DncHistory', 'Control');
});
afterAll(() => local.stop());

it('a failed number is due at once, though the clock of whoever requeues it is a day ahead', async () => {
  const clock = fakeClock();
  const { queue, wishes, settlement, history } = tablesOf(local.client, clock);
  const number = numberOf(2);
  await queue.put(eventOf(number, 'optOut', clock.nowMs()));
  const [item] = await wishes.read([number]);
  if (item) await settlement.fail(item, { nowMs: clock.nowMs(), notBeforeMs: 0, reason: '422: no' });
  const ahead = fakeClock(clock.nowMs() + 86_400_000);
  const settings = { dynamo: local.client, table: 'DncQueue', history, clock: ahead };
  expect(item && (await requeueFailed(settings, item))).toBe(true);
  const due: string[] = [];
  for await (const each of wishes.due(clock.nowMs())) due.push(each);
  expect(due).toContain(number);
});

it('a failed number is requeued only once its history says so, and the history never says so of another', async () => {
  const clock = fakeClock();
  const { queue, wishes, settlement, history } = tablesOf(local.client, clock);
  const number = numberOf(1);
  const read = async () => {
    const [item] = await wishes.read([number]);
    if (!item) throw new Error('the item is gone');
    return item;
  };
  await queue.put(eventOf(number, 'optOut', clock.nowMs()));
  await settlement.fail(await read(), { nowMs: clock.nowMs(), notBeforeMs: 0, reason: '422: no' });
  const failed = await read();
  const settings = { dynamo: local.client, table: 'DncQueue', history, clock };

  const away = { ...history, append: () => Promise.reject(new UnavailableError('away', 'the table is away')) };
  await expect(requeueFailed({ ...settings, history: away }, failed)).rejects.toThrow('away');
  expect(await read()).toMatchObject({ state: 'failed' });

  clock.advance(1);
  await queue.put(eventOf(number, 'optIn', clock.nowMs()));
  expect(await requeueFailed(settings, failed)).toBe(false);
  expect((await history.read(number)).map(({ type }) => type)).not.toContain('requeued');
});
