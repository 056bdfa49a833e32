import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findTarget } from '../../../cli/shared/find-target.ts';
import type { Target } from '../../../cli/shared/target.ts';
import { createDueWishes } from '../../../lib/dnc/due-wishes.ts';
import { pendingShardOf } from '../../../lib/dnc/item.ts';
import { pendingSummary } from '../../../lib/dnc/pending-summary.ts';
import { fakeClock } from '../../support/clock.ts';
import { relayCommand } from '../../support/command-line.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { createDncRelay, type DncRelay, eventOf, MINUTE_MS, numberOf } from './support/dnc-relay.ts';
import { type MemoryDncApi, memoryDncApi } from './support/memory-dnc-api.ts';
import { tablesOf } from './support/outside.ts';

let local: LocalDynamo;
beforeAll(async () => {
  local = await startDynamo();
});
afterAll(() => local.stop());

describe('the batcher on real tables', () => {
  const clock = fakeClock(Date.now()); // the commands go by the real one
  const commands = new Set<string>();
  const damages: string[] = [];
  let api: MemoryDncApi;
  let relay: DncRelay;
  let target: Pick<Target, 'dynamo' | 'tableOf' | 'dncHistoryYears'>;
  beforeAll(async () => {
    await createTables(local.client, 'DncQueue', 'DncHistory', 'Control');
    api = memoryDncApi(clock);
    const dynamo = noting(local.client, commands);
    const onDamaged = (error: unknown) => damages.push(String(error));
    const outside = { ...tablesOf(dynamo, clock, onDamaged), stop: async () => undefined };
    relay = createDncRelay({ clock, api, outside, settings: { maxAttempts: 2 } });
    target = { dynamo: local.client, tableOf: (name) => name, dncHistoryYears: () => 7 };
  });

  const run = (args: string) => relayCommand(`dnc ${args}`, target);

  it('ends with opt-out when optIn and optOut are of one instant, and tells CXone so', async () => {
    const [one, two] = [numberOf(1), numberOf(2)];
    const atMs = clock.nowMs();
    await relay.queue.put(eventOf(one, 'optIn', atMs));
    await relay.queue.put(eventOf(one, 'optOut', atMs));
    await relay.queue.put(eventOf(two, 'optOut', atMs));
    await relay.queue.put(eventOf(two, 'optIn', atMs));
    expect(await relay.run()).toMatchObject({ confirmed: 2, remaining: 0 });
    expect([one, two].map((number) => api.held().get(number)?.preference)).toEqual(['optOut', 'optOut']);
  });

  it('is not blocked by a timestamp of 2099, and tells CXone that very time', async () => {
    const number = numberOf(3);
    const future = eventOf(number, 'optOut', Date.UTC(2099, 0, 1), clock.nowMs());
    await relay.queue.put(future);
    await relay.run();
    expect(api.held().get(number)).toMatchObject({ preference: 'optOut', eventTime: '2099-01-01T00:00:00.000Z' });
    clock.advance(MINUTE_MS);
    await relay.queue.put(eventOf(number, 'optIn', clock.nowMs()));
    await relay.run();
    expect(api.held().get(number)?.preference).toBe('optIn');
  });

  it('survives being killed between sending and confirming', async () => {
    const number = numberOf(4);
    await relay.queue.put(eventOf(number, 'optOut', clock.nowMs()));
    api.onSend = async () => relay.life.killAfter(0);
    await relay.run().catch(() => undefined);
    relay.life.revive();
    api.onSend = async () => undefined;
    expect((await relay.item(number))?.state).toBe('pending');
    expect(await relay.runAny()).toEqual({ status: 'busy' });
    clock.advance(4 * MINUTE_MS);
    expect(await relay.run()).toMatchObject({ confirmed: 1, remaining: 0 });
  });

  it('fails a number after its last attempt, lists it, tells its story and requeues it', async () => {
    const number = numberOf(5);
    const event = eventOf(number, 'optOut', clock.nowMs() - 1000, clock.nowMs());
    await relay.queue.put(event);
    api.refused.set(number, '422: no such list');
    await relay.runUntilDone(clock.advance);
    const listed = await run('list --state failed');
    expect(listed.lines).toEqual([
      expect.stringMatching(/^NUMBER +WANTS +STATE +SAID +STANDING$/),
      expect.stringMatching(/^\+14155550005 .*optOut .*failed .*refused 2 times; 422: no such list$/),
      '1 number failed',
    ]);
    expect(relay.metrics.values.DncFailedNumbers?.at(-1)).toBe(1);

    const { code, lines } = await run(`retry ${number} ${numberOf(99)}`);
    expect([code, lines]).toEqual([
      1,
      [
        expect.stringMatching(/^NUMBER +OUTCOME$/),
        `${number}  pending again`,
        expect.stringMatching(/nothing was ever heard/),
        '1 requeued, 1 unknown',
      ],
    ]);
    api.refused.clear();
    clock.advance(MINUTE_MS);
    expect(await relay.run()).toMatchObject({ confirmed: 1, remaining: 0 });
    expect((await run('retry --all')).lines).toEqual(['0 requeued']);

    const story = (await run(`show ${number}`)).lines;
    const types = story.slice(1).map((line) => line.trim().split(/\s+/)[1]);
    expect([...types].sort()).toEqual(
      ['heard', 'sent', 'refused', 'sent', 'refused', 'failed', 'requeued', 'sent', 'confirmed'].sort(),
    );
    expect(story[0]).toMatch(/synced .*said 20.*confirmed 20/);
    for (const line of story.slice(1))
      expect(line).toContain(`optOut said ${event.eventTime} (event ${event.eventId})`);
    const requests = story.filter((line) => / (sent|refused|confirmed) /.test(line));
    for (const line of requests.slice(1)) expect(line).toMatch(/in request [0-9a-f-]{36}/);
    expect((await run(`show ${numberOf(98)}`)).code).toBe(1);
    expect((await run('list --state synced')).lines.at(-1)).toBe('5 numbers synced');
  });

  it('leaves a damaged item out and goes on with the others', async () => {
    const [good, bad] = [numberOf(6), numberOf(7)];
    await relay.queue.put(eventOf(good, 'optOut', clock.nowMs()));
    const { attempts: _lost, ...damaged } = pendingItem(7, clock.nowMs() - 1);
    await local.client.send(new PutItemCommand({ TableName: 'DncQueue', Item: damaged }));
    expect(await relay.run()).toMatchObject({ confirmed: 1, remaining: 1 });
    expect(damages.join()).toMatch(/attempts/);
    expect(damages.join()).not.toContain(bad);
    await local.client.send(new DeleteItemCommand({ TableName: 'DncQueue', Key: { phoneNumber: { S: bad } } }));
  });

  it('never scans', () => {
    expect([...commands].sort()).toEqual(
      ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
        (name) => `${name}Command`,
      ),
    );
  });
});

describe('reading 2,500 due numbers from the index', () => {
  const clock = fakeClock();
  const settings = () => ({ dynamo: other.client, table: 'DncQueue', clock });
  let other: LocalDynamo;
  beforeAll(async () => {
    other = await startDynamo();
    await createTables(other.client, 'DncQueue');
    const items = Array.from({ length: 2500 }, (_, index) => pendingItem(index, clock.nowMs() - 1000 * (index % 977)));
    for (let at = 0; at < items.length; at += 25) {
      const requests = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
      await other.client.send(new BatchWriteItemCommand({ RequestItems: { DncQueue: requests } }));
    }
  });
  afterAll(() => other.stop());

  it('gives each once, the longest due first, over all shards and pages', async () => {
    const due: string[] = [];
    for await (const number of createDueWishes(settings()).due(clock.nowMs())) due.push(number);
    expect(new Set(due).size).toBe(2500);
    const ages = due.map((number) => (Number(number.slice(5)) - 5_550_000) % 977);
    expect(ages).toEqual([...ages].sort((a, b) => b - a));
  });

  it('counts them and finds the oldest', async () => {
    expect(await pendingSummary(settings())).toEqual({ pending: 2500, failed: 0, oldestPendingAgeSeconds: 976 });
  });
});

describe('the target of npx relay', () => {
  it('is the local relay, by what it says of itself', async () => {
    const server = createServer((_request, response) => {
      const tables = { DncQueue: 'queue-here', DncHistory: 'history-here' };
      response.end(JSON.stringify({ dynamodb: local.endpoint, region: 'us-east-1', tables }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { tableOf, dynamo } = await findTarget({ port });
    expect(tableOf('DncQueue')).toBe('queue-here');
    dynamo.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(findTarget({ port })).rejects.toThrow(/npm start.*--stage/);
  });

  it('is a stage when one is named', async () => {
    expect((await findTarget({ stage: 'prod' })).tableOf('DncQueue')).toBe('cxone-relay-prod-DncQueue');
  });
});

function noting(client: DynamoDBClient, names: Set<string>): Pick<DynamoDBClient, 'send'> {
  const send = client.send.bind(client) as (command: object) => Promise<never>;
  return {
    send: ((command: object) => {
      names.add(command.constructor.name);
      return send(command);
    }) as DynamoDBClient['send'],
  };
}

function pendingItem(index: number, dueMs: number) {
  const phoneNumber = numberOf(index);
  return {
    phoneNumber: { S: phoneNumber },
    preference: { S: 'optOut' },
    eventTime: { S: new Date(dueMs).toISOString() },
    effectiveAtMs: { N: String(dueMs) },
    eventId: { S: `event-${index}` },
    state: { S: 'pending' },
    attempts: { N: '0' },
    nextAttemptAtMs: { N: String(dueMs) },
    notBeforeMs: { N: '0' },
    receivedAtMs: { N: String(dueMs) },
    pendingShard: { S: pendingShardOf(phoneNumber) },
  };
}
