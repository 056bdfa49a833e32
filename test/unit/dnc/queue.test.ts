import { GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDncHistory, type DncHistory } from '../../../lib/dnc/history.ts';
import { decodeDncItem, PENDING_INDEX, pendingShardOf } from '../../../lib/dnc/item.ts';
import { createDncQueue } from '../../../lib/dnc/queue.ts';
import { dncEvent, dncQueueContract, iso } from '../../contract/dnc-queue.contract.ts';
import { fakeClock } from '../../support/clock.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { memoryDncQueue } from '../../support/memory-dnc-queue.ts';

const NOON_MS = Date.UTC(2026, 0, 31, 12);
let dynamo: LocalDynamo;
let history: DncHistory;
beforeAll(async () => {
  dynamo = await startDynamo();
  await createTables(dynamo.client, 'DncQueue', 'DncHistory');
  history = createDncHistory({ dynamo: dynamo.client, table: 'DncHistory', historyYears: 5, clock: fakeClock() });
});
afterAll(() => dynamo.stop());

const makeQueue = (over: DncHistory = history) =>
  createDncQueue({ dynamo: dynamo.client, table: 'DncQueue', history: over });

async function itemOf(phoneNumber: string) {
  const { Item } = await dynamo.client.send(
    new GetItemCommand({ TableName: 'DncQueue', Key: { phoneNumber: { S: phoneNumber } }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : decodeDncItem(Item);
}

async function pendingIn(shard: string) {
  const answer = await dynamo.client.send(
    new QueryCommand({
      TableName: 'DncQueue',
      IndexName: PENDING_INDEX,
      KeyConditionExpression: 'pendingShard = :shard',
      ExpressionAttributeValues: { ':shard': { S: shard } },
    }),
  );
  return (answer.Items ?? []).map((item) => item.phoneNumber?.S);
}

describe('DNC preferences in memory', () => {
  dncQueueContract(() => {
    const queue = memoryDncQueue();
    return { queue, standing: async (number) => queue.standing.get(number) };
  });
});

describe('DNC preferences in DynamoDB', () => {
  dncQueueContract(() => ({ queue: makeQueue(), standing: itemOf }));

  it('puts a wish into the pending index, due from its receipt', async () => {
    const phoneNumber = '+14155550201';
    await makeQueue().put(dncEvent('a', { phoneNumber }));
    expect(await itemOf(phoneNumber)).toEqual({
      phoneNumber,
      preference: 'optOut',
      eventTime: iso(NOON_MS),
      effectiveAtMs: NOON_MS,
      eventId: 'a',
      state: 'pending',
      attempts: 0,
      nextAttemptAtMs: NOON_MS + 1000,
      notBeforeMs: 0,
      lastError: null,
      receivedAtMs: NOON_MS + 1000,
      confirmedAtMs: null,
    });
    expect(await pendingIn(pendingShardOf(phoneNumber))).toContain(phoneNumber);
  });

  it('starts over with a winning put but keeps the time before which nothing may be sent', async () => {
    const phoneNumber = '+14155550202';
    await makeQueue().put(dncEvent('a', { phoneNumber }));
    await dynamo.client.send(
      new UpdateItemCommand({
        TableName: 'DncQueue',
        Key: { phoneNumber: { S: phoneNumber } },
        UpdateExpression:
          'SET #state = :failed, attempts = :ten, lastError = :error, notBeforeMs = :wait, confirmedAtMs = :wait REMOVE pendingShard',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':failed': { S: 'failed' },
          ':ten': { N: '10' },
          ':error': { S: 'refused' },
          ':wait': { N: String(NOON_MS + 120_000) },
        },
      }),
    );
    await makeQueue().put(dncEvent('b', { phoneNumber, preference: 'optIn', eventTime: iso(NOON_MS + 500) }));
    expect(await itemOf(phoneNumber)).toMatchObject({
      eventId: 'b',
      state: 'pending',
      attempts: 0,
      lastError: null,
      confirmedAtMs: null,
      notBeforeMs: NOON_MS + 120_000,
    });
    expect(await pendingIn(pendingShardOf(phoneNumber))).toContain(phoneNumber);
  });

  it('tells the history what was heard and what gave way, once each', async () => {
    const phoneNumber = '+14155550203';
    const queue = makeQueue();
    const newer = {
      phoneNumber,
      preference: 'optIn' as const,
      eventTime: iso(NOON_MS + 500),
      receivedAtMs: NOON_MS + 2000,
    };
    for (let round = 0; round < 2; round++) {
      await queue.put(dncEvent('a', { phoneNumber }));
      await queue.put(dncEvent('b', newer));
      await queue.put(dncEvent('c', { phoneNumber, eventTime: iso(NOON_MS - 9), receivedAtMs: NOON_MS + 3000 }));
    }
    const story = (await history.read(phoneNumber)).map((e) => [e.type, e.eventId, e.atMs - NOON_MS, e.detail]);
    expect(story).toEqual([
      ['heard', 'a', 1000, undefined],
      // told anew by the second round, as SQS would by delivering "a" again after "b": it was out of date when heard
      ['superseded', 'a', 1000, 'b'],
      ['heard', 'b', 2000, undefined],
      ['superseded', 'a', 2000, 'b'],
      ['heard', 'c', 3000, undefined],
      ['superseded', 'c', 3000, 'b'],
    ]);
  });

  it('has the wish in the history before it stands, and completes the history after a crash', async () => {
    const phoneNumber = '+14155550204';
    let appends = 0;
    const failing: DncHistory = {
      ...history,
      append: async (entries) => {
        if (++appends === failAt) throw new Error('killed');
        await history.append(entries);
      },
    };
    let failAt = 1;
    await expect(makeQueue(failing).put(dncEvent('a', { phoneNumber }))).rejects.toThrow('killed');
    expect(await itemOf(phoneNumber)).toBeUndefined();
    await makeQueue().put(dncEvent('a', { phoneNumber }));

    const newer = dncEvent('b', { phoneNumber, eventTime: iso(NOON_MS + 1), receivedAtMs: NOON_MS + 2000 });
    appends = 0;
    failAt = 2;
    await expect(makeQueue(failing).put(newer)).rejects.toThrow('killed');
    expect((await history.read(phoneNumber)).map((e) => e.type)).toEqual(['heard', 'heard']);
    expect(await makeQueue().put(newer)).toBe('unchanged');
    expect((await history.read(phoneNumber)).map((e) => [e.type, e.eventId])).toEqual([
      ['heard', 'a'],
      ['heard', 'b'],
      ['superseded', 'a'],
    ]);
  });

  it('refuses an unreadable event time as poison', async () => {
    const event = dncEvent('a', { phoneNumber: '+14155550205', eventTime: 'yesterday' });
    await expect(makeQueue().put(event)).rejects.toMatchObject({ code: 'dnc-event-time', retryable: false });
  });
});

describe('the history of a number', () => {
  const entry = (i: number) => ({
    phoneNumber: '+14155550206',
    type: 'sent' as const,
    eventId: `e${i}`,
    atMs: NOON_MS + i,
    preference: 'optOut' as const,
    eventTime: iso(NOON_MS),
    requestId: `r${i}`,
  });

  it('takes many entries at once, one of each happening, and reads them in order', async () => {
    const entries = Array.from({ length: 60 }, (_, i) => entry(i));
    await history.append([...entries, entry(3)]);
    expect(await history.read('+14155550206')).toEqual(entries);
  });

  it('expires five years after the happening', async () => {
    const phoneNumber = '+14155550207';
    await history.append([{ ...entry(0), phoneNumber }]);
    const { Items } = await dynamo.client.send(
      new QueryCommand({
        TableName: 'DncHistory',
        KeyConditionExpression: 'phoneNumber = :n',
        ExpressionAttributeValues: { ':n': { S: phoneNumber } },
      }),
    );
    expect(Items?.[0]?.expiresAt?.N).toBe(String(Date.UTC(2031, 0, 31, 12) / 1000));
  });
});
