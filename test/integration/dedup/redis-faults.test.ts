import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generationKey } from '../../../lib/dedup/bloom-command.ts';
import { createDeduplicator, type DedupStore } from '../../../lib/dedup/deduplicator.ts';
import { createDynamoFilterRecord, FILTER_RECORD_KEY } from '../../../lib/dedup/dynamo-filter-record.ts';
import { createDynamoLedger } from '../../../lib/dedup/dynamo-ledger.ts';
import { generationOf } from '../../../lib/dedup/generations.ts';
import { bloomGeometry } from '../../../lib/dedup/geometry.ts';
import type { Deduplicator } from '../../../lib/dedup/types.ts';
import { createUpstashBloomWindow } from '../../../lib/dedup/upstash-bloom-window.ts';
import { systemClock } from '../../../lib/platform/clock.ts';
import { messageOf } from '../../../lib/platform/errors.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../../local/embedded/redis/server.ts';
import { fakeClock } from '../../support/clock.ts';
import { dedupEvent, routeBatch, routeOne } from '../../support/dedup/routing.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { json, type RecordingServer, recordingServer } from '../../support/recording-server.ts';

const HOUR_MS = 3_600_000;
const WINDOW_MS = 72 * HOUR_MS;
const GENEROUS_MS = 20_000;
const geometry = bloomGeometry({ eventsPerDay: 1000, falsePositiveRate: 1e-6 });

let redis: EmbeddedRedis;
let dynamo: LocalDynamo;
let stageNumber = 0;
let stage = '';

beforeAll(async () => {
  [redis, dynamo] = await Promise.all([startEmbeddedRedis(), startDynamo()]);
  await createTables(dynamo.client, 'Ledger');
});
afterAll(async () => {
  await redis.close();
  await dynamo.stop();
});
beforeEach(async () => {
  stage = `stage${++stageNumber}`;
  redis.disturb(undefined);
  redis.command('FLUSHALL');
  await dynamo.client.send(new DeleteItemCommand({ TableName: 'Ledger', Key: { key: { S: FILTER_RECORD_KEY } } }));
});

interface Server {
  url: string;
  token: string;
}

/** A relay on the embedded Redis and DynamoDB. Its clock begins now: Redis ends keys by the real one. */
function relay() {
  const clock = fakeClock(Date.now());
  const faults: { store: DedupStore; message: string }[] = [];
  const process = (server: Server = redis, budgetMs = GENEROUS_MS): Deduplicator =>
    createDeduplicator({
      bloom: createUpstashBloomWindow({
        stage,
        geometry,
        windowMs: WINDOW_MS,
        credentials: { get: async () => server, refetch: async () => false },
        budgetMs,
      }),
      record: createDynamoFilterRecord({ dynamo: dynamo.client, table: 'Ledger', budgetMs: GENEROUS_MS }),
      ledger: createDynamoLedger({
        dynamo: dynamo.client,
        table: 'Ledger',
        clock: systemClock,
        windowMs: WINDOW_MS,
        onWriteFault: (error) => faults.push({ store: 'ledger', message: messageOf(error) }),
        budgetMs: GENEROUS_MS,
      }),
      clock,
      windowMs: WINDOW_MS,
      onFault: (store, error) => faults.push({ store, message: messageOf(error) }),
    });
  return { clock, faults, process };
}
const keyOf = (n: number) => generationKey({ stage, geometry, windowMs: WINDOW_MS }, n);
/** Distinct for every test, so that one ledger serves all. */
const named = (name: string) => `${stage}#${name}`;
const route = (deduplicator: Deduplicator, name: string, receivedAtMs: number) =>
  routeBatch(deduplicator, [dedupEvent(named(name), receivedAtMs)]);

describe('Redis that does not answer usably', () => {
  let misbehaving: RecordingServer | undefined;
  afterEach(async () => {
    await misbehaving?.close();
    misbehaving = undefined;
  });

  const html = '<html><body>502 Bad Gateway</body></html>';
  const stamps = ['', '0', '', '0', '', '0', '', '0', '', '0'];
  it.each<[string, Parameters<typeof recordingServer>[0]]>([
    ['closes the connection', (response) => response.destroy()],
    [
      'is read-only',
      (response) => json(response, 400, { error: "READONLY You can't write against a read only replica." }),
    ],
    ['says 401', (response) => json(response, 401, { error: 'Unauthorized' })],
    ['says 429', (response) => json(response, 429, { error: 'ERR max daily request limit exceeded' })],
    ['says 500 without a body', (response) => response.writeHead(500).end()],
    ['sends a page with status 502', (response) => response.writeHead(502).end(html)],
    ['sends a page with status 200', (response) => response.writeHead(200).end(html)],
    ['sends JSON null', (response) => json(response, 200, null)],
    ['sends an error with status 200', (response) => json(response, 200, { error: 'OOM command not allowed' })],
    ['sends no result', (response) => json(response, 200, {})],
    ['sends half an answer', (response) => json(response, 200, { result: ['0', 'aaaaaaaaaaaaaaaa'] })],
    ['sends verdicts for other events', (response) => json(response, 200, { result: ['00', ...stamps] })],
    ['sends strange stamps', (response) => json(response, 200, { result: ['0', 'xyz', ...stamps.slice(1)] })],
    ['sends strange counters', (response) => json(response, 200, { result: ['0', '', '-1', ...stamps.slice(2)] })],
  ])('%s: the ledger decides, nothing is lost or doubled', async (_, respond) => {
    misbehaving = await recordingServer(respond);
    const { clock, faults, process } = relay();
    const ill = process({ url: misbehaving.url, token: 'token' });
    const { outcomes, stats } = await route(ill, 'x', clock.nowMs());
    expect(outcomes).toEqual(['routed']);
    expect(stats).toMatchObject({ believed: 0, asked: 1, filterUnavailable: true, filterDamaged: false });
    expect((await route(ill, 'x', clock.nowMs() + 1)).outcomes).toEqual(['duplicate']);
    expect(faults.every(({ store, message }) => store === 'redis' && message.length < 300)).toBe(true);
    expect(misbehaving.requests).toHaveLength(4); // two batches, asked twice each, no client's retries

    const well = process();
    expect((await route(well, 'x', clock.nowMs() + 2)).outcomes).toEqual(['duplicate']);
    clock.advance(WINDOW_MS + HOUR_MS);
    expect((await route(well, 'y', clock.nowMs())).stats).toMatchObject({ believed: 1, asked: 0 });
  });

  it('is slower than its budget: the batch goes on without it', async () => {
    misbehaving = await recordingServer(() => {}); // never answers
    const { clock, faults, process } = relay();
    const ill = process({ url: misbehaving.url, token: 'token' }, 100);
    const startedMs = performance.now();
    expect((await route(ill, 'x', clock.nowMs())).outcomes).toEqual(['routed']);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(faults).toHaveLength(2);
    expect((await route(process(), 'x', clock.nowMs())).outcomes).toEqual(['duplicate']);
  });

  it('is unreachable', async () => {
    const gone = await recordingServer(() => {});
    await gone.close();
    const { clock, process } = relay();
    const ill = process({ url: gone.url, token: 'token' });
    expect((await route(ill, 'x', clock.nowMs())).stats).toMatchObject({ filterUnavailable: true });
    expect((await route(process(), 'x', clock.nowMs())).outcomes).toEqual(['duplicate']);
  });

  it('refuses the token: the secret is asked for anew, and the same batch goes on with the new one', async () => {
    const { clock } = relay();
    let server: Server = { url: redis.url, token: 'rotated away' };
    const window = createUpstashBloomWindow({
      stage,
      geometry,
      windowMs: WINDOW_MS,
      credentials: {
        get: async () => server,
        async refetch() {
          server = redis;
          return true;
        },
      },
      budgetMs: GENEROUS_MS,
    });
    const check = () =>
      window.check({
        events: [{ ledgerKey: 'x', receivedAtMs: clock.nowMs() }],
        offeredStamp: 'a'.repeat(16),
        seen: new Map(),
      });
    await expect(check()).rejects.toThrow(/Unauthorized/);
    expect((await check()).maybe).toEqual([false]);
  });

  it('does not put what it was sent into its error', async () => {
    misbehaving = await recordingServer((response) => json(response, 400, { error: 'ERR x' }));
    const { clock, faults, process } = relay();
    await route(process({ url: misbehaving.url, token: 'secret-token' }), 'x', clock.nowMs());
    expect(faults[0]?.message).toBe('no usable answer from Redis: ERR x');
  });
});

describe('Redis that loses data', () => {
  /** An original routed by a process that is well; then `lose`; then repeats and new events, by old and new processes. */
  async function afterLoss(lose: (clock: { nowMs(): number }) => void | Promise<void>, newProcess: boolean) {
    const { clock, process } = relay();
    const before = process();
    expect((await route(before, 'x', clock.nowMs())).stats).toMatchObject({ believed: 1 });
    await lose(clock);
    const deduplicator = newProcess ? process() : before;
    const repeat = await route(deduplicator, 'x', clock.nowMs() + 1);
    expect(repeat.outcomes).toEqual(['duplicate']);
    expect(repeat.stats).toMatchObject({ filterDamaged: true, filterUnavailable: false });

    const next = await route(deduplicator, 'y', clock.nowMs() + 2);
    expect(next.outcomes).toEqual(['routed']);
    expect(next.stats).toMatchObject({ asked: 1, filterDamaged: false });
    expect(await routeOne(deduplicator, named('y'), clock.nowMs() + 3)).toBe('duplicate');

    clock.advance(WINDOW_MS - HOUR_MS);
    expect((await route(deduplicator, 'z', clock.nowMs())).stats).toMatchObject({ believed: 0, asked: 1 });
    clock.advance(HOUR_MS + 600_000);
    const later = await route(deduplicator, 'w', clock.nowMs());
    expect(later.outcomes).toEqual(['routed']);
    expect(later.stats).toMatchObject({ believed: 1, asked: 0, filterDamaged: false });
  }

  describe.each([['the same process', false] as const, ['a new process', true] as const])('met by %s', (_, fresh) => {
    it('flushed: said once, the ledger decides for a window, then is left alone again', () =>
      afterLoss(() => void redis.command('FLUSHALL'), fresh));

    it('one generation evicted', () =>
      afterLoss((clock) => void redis.command('DEL', keyOf(generationOf(clock.nowMs()))), fresh));

    it('a generation replaced by another', () =>
      afterLoss((clock) => {
        const other = `${'c'.repeat(16)}${'9'.padStart(16, '0')}`;
        redis.command('SET', keyOf(generationOf(clock.nowMs())), other);
      }, fresh));
  });

  it('rolled back to an older snapshot: noticed by the process that saw more, and then by all', async () => {
    const { clock, process } = relay();
    const [a, b] = [process(), process()];
    await route(a, 'x', clock.nowMs());
    const restore = redis.snapshot();
    await route(a, 'y', clock.nowMs());
    restore();
    const repeat = await route(a, 'y', clock.nowMs());
    expect(repeat.outcomes).toEqual(['duplicate']);
    expect(repeat.stats.filterDamaged).toBe(true);
    expect((await route(b, 'y', clock.nowMs())).outcomes).toEqual(['duplicate']);
    const { outcomes, stats } = await route(b, 'z', clock.nowMs());
    expect(outcomes).toEqual(['routed']);
    expect(stats).toMatchObject({ asked: 1, filterDamaged: false });
  });

  it('the script forgotten: sent again, without a word', async () => {
    const { clock, faults, process } = relay();
    const deduplicator = process();
    await route(deduplicator, 'x', clock.nowMs());
    redis.command('SCRIPT', 'FLUSH');
    expect((await route(deduplicator, 'y', clock.nowMs())).stats).toMatchObject({ believed: 1, asked: 0 });
    expect(faults).toEqual([]);
  });

  it('two routers meet a loss at the same moment: no repeat is routed, and one of them reports it', async () => {
    const { clock, process } = relay();
    const [a, b] = [process(), process()];
    await route(a, 'x', clock.nowMs());
    await route(b, 'y', clock.nowMs());
    redis.command('FLUSHALL');
    const both = await Promise.all([route(a, 'x', clock.nowMs()), route(b, 'y', clock.nowMs())]);
    expect(both.map(({ outcomes }) => outcomes)).toEqual([['duplicate'], ['duplicate']]);
    expect(both.filter(({ stats }) => stats.filterDamaged)).toHaveLength(1);
  });
});
