import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedDynamo } from '../../local/embedded/dynamodb.ts';
import type { LoopbackServer } from '../../local/embedded/loopback-server.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../local/embedded/redis/server.ts';
import { startEmbeddedSqs } from '../../local/embedded/sqs.ts';
import { eventually } from './support/eventually.ts';
import { type HoldingProxy, startHoldingProxy } from './support/holding-proxy.ts';
import { type RelayProcess, removeDirectory, startRelay, temporaryDirectory } from './support/relay-process.ts';
import { send, settled } from './support/webhook.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const TOPIC = 'cxone.transfers.raw';
const EVENTS_A_PHASE = 15;

let redis: EmbeddedRedis;
let dynamo: LoopbackServer;
beforeAll(async () => {
  [redis, dynamo] = await Promise.all([startEmbeddedRedis(), startEmbeddedDynamo()]);
});
afterAll(async () => {
  await Promise.all([redis.close(), dynamo.close()]);
});

/** As on the first day: nothing committed yet, so that the filter alone is believed. */
async function emptyStores(): Promise<void> {
  redis.disturb(undefined);
  redis.command('FLUSHALL');
  const client = new DynamoDBClient({ endpoint: dynamo.url, region: 'us-east-1', credentials: CREDENTIALS });
  const TableName = 'cxone-relay-e2e-Ledger';
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  for (const { key } of Items) {
    if (key !== undefined) await client.send(new DeleteItemCommand({ TableName, Key: { key } }));
  }
  client.destroy();
}

const sharedStores = () => ({
  UPSTASH_REDIS_REST_URL: redis.url,
  UPSTASH_REDIS_REST_TOKEN: redis.token,
  AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
});
const transfer = (mark: string, number: number, retryCount: number) =>
  JSON.stringify({ retryCount, actionType: 'QUEUE_TRANSFER', contactId: `${mark}-${number % 5}`, mark, number });
const linesOf = (relay: RelayProcess, mark: string) =>
  relay.topic(TOPIC).filter(({ value }) => value.includes(`"mark":"${mark}"`));

async function sendAll(relay: RelayProcess, mark: string, retryCount: number): Promise<void> {
  const bodies = Array.from({ length: EVENTS_A_PHASE }, (_, number) => transfer(mark, number, retryCount));
  const answers = await Promise.all(bodies.map((body) => send(relay, body)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  await settled(relay);
}

/** What happens to Redis between the originals at one relay and their repeats at the other. */
const MISFORTUNES: [string, (first: RelayProcess) => Promise<void> | void][] = [
  ['nothing', () => undefined],
  ['a slow Redis', () => redis.disturb({ kind: 'slow', byMs: 1000 })],
  ['an answer that is garbage', () => redis.disturb({ kind: 'garbage' })],
  ['a Redis that only reads', () => redis.disturb({ kind: 'read-only' })],
  ['an unreachable Redis', () => redis.disturb({ kind: 'away' })],
  ['a flush', () => void redis.command('FLUSHALL')],
  ['an eviction', () => void redis.command('DEL', ...(redis.command('KEYS', '*') as Buffer[]).map(String))],
];

describe('two relays that share Redis and DynamoDB but not the queue', () => {
  let first: RelayProcess;
  let second: RelayProcess;
  beforeAll(async () => {
    [first, second] = await Promise.all([
      startRelay({ environment: sharedStores() }),
      startRelay({ environment: sharedStores() }),
    ]);
  }, 120_000);
  afterAll(async () => {
    for (const relay of [first, second]) {
      await relay?.kill(); // undefined where the start failed
      if (relay) removeDirectory(relay.dataDirectory);
    }
  });

  beforeEach(emptyStores);

  it.each(MISFORTUNES)(
    'route an event once between them, whatever becomes of the filter: %s',
    async (name, befalls) => {
      const before = `${name} before`;
      const during = `${name} during`;
      await sendAll(first, before, 0);
      await befalls(first);
      await sendAll(second, before, 1);
      await sendAll(second, during, 0);
      redis.disturb(undefined);
      await sendAll(first, during, 1);
      expect([linesOf(first, before).length, linesOf(second, before).length]).toEqual([EVENTS_A_PHASE, 0]);
      expect([linesOf(first, during).length, linesOf(second, during).length]).toEqual([0, EVENTS_A_PHASE]);
    },
    60_000,
  );

  it('notice a Redis that was rolled back to an older snapshot', async () => {
    await sendAll(first, 'seed', 0);
    const restore = redis.snapshot();
    await sendAll(first, 'rolled back', 0);
    restore();
    await sendAll(first, 'after the rollback', 0); // the first has seen more adds than Redis now remembers
    await sendAll(second, 'rolled back', 1);
    expect([linesOf(first, 'rolled back').length, linesOf(second, 'rolled back').length]).toEqual([EVENTS_A_PHASE, 0]);
  }, 60_000);

  it('have raised filterDamaged, and dropped the repeats by the window', async () => {
    const [one, other] = [(await first.state()).counters, (await second.state()).counters];
    expect(one.filterDamaged + other.filterDamaged).toBeGreaterThanOrEqual(3);
    expect(one.duplicates + other.duplicates).toBe((2 * MISFORTUNES.length + 1) * EVENTS_A_PHASE);
    expect([one.parked, other.parked]).toEqual([0, 0]);
  });
});

describe('a relay that dies between publish and commit', () => {
  const directory = temporaryDirectory();
  let sqs: LoopbackServer;
  let proxy: HoldingProxy;
  const relays: RelayProcess[] = [];
  beforeAll(async () => {
    sqs = await startEmbeddedSqs();
    proxy = await startHoldingProxy(dynamo.url);
  });
  afterAll(async () => {
    await Promise.all(relays.map((relay) => relay.kill()));
    await Promise.all([proxy.close(), sqs.close()]);
    removeDirectory(directory);
  });
  const start = async (environment: Record<string, string>) => {
    const relay = await startRelay({ environment, dataDirectory: directory });
    relays.push(relay);
    return relay;
  };

  it('repeats the event at most, and never loses it', async () => {
    const client = new SQSClient({ endpoint: sqs.url, region: 'us-east-1', credentials: CREDENTIALS });
    // the queue is there already, and gives a message back after 3 s instead of 6 minutes
    const Attributes = { FifoQueue: 'true', VisibilityTimeout: '3' };
    await client.send(new CreateQueueCommand({ QueueName: 'cxone-relay-e2e-events.fifo', Attributes }));
    client.destroy();
    const environment = { ...sharedStores(), AWS_ENDPOINT_URL_SQS: sqs.url, AWS_ENDPOINT_URL_DYNAMODB: proxy.url };

    const doomed = await start(environment);
    proxy.hold('BatchWriteItem');
    const answers = await Promise.all([0, 1, 2].map((number) => send(doomed, transfer('killed', number, 0))));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    await eventually(() => proxy.held() > 0 && linesOf(doomed, 'killed').length > 0);
    await doomed.kill();
    proxy.hold(undefined);

    const successor = await start(environment);
    await settled(successor);
    const ids = linesOf(successor, 'killed').map(({ headers }) => headers.ce_id);
    expect(new Set(ids)).toEqual(new Set(answers.map(({ json }) => json.eventId)));
    expect(ids.length).toBeLessThanOrEqual(2 * answers.length);
    expect(new Set(linesOf(successor, 'killed').map(({ offset }) => offset)).size).toBe(ids.length);

    proxy.hold('BatchWriteItem');
    const heldBefore = proxy.held();
    expect(await send(successor, transfer('at the end', 0, 0))).toMatchObject({ status: 202 });
    await eventually(() => proxy.held() > heldBefore);
    const { code, tookMs } = await successor.stop(); // with a batch in work that hangs
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
  }, 120_000);
});
