import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createTopicLogSink } from '../../../../lib/routing/topic-log.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../../../local/embedded/redis/server.ts';
import { createBreakages } from '../../../../local/panel/breakages.ts';

let directory: string;
let topics: string;
let redis: EmbeddedRedis | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'relay-breakages-'));
  topics = join(directory, 'topics');
});
afterEach(async () => {
  await redis?.close();
  redis = undefined;
  rmSync(directory, { recursive: true });
});

const record = { key: null, value: Buffer.from('{}'), headers: {}, timestampMs: 1 };
const send = () => createTopicLogSink({ dir: topics }).send('t', [record], Date.now() + 10_000);
const lines = () => readFileSync(join(topics, 't.ndjson'), 'utf8').trimEnd().split('\n').length;

it('topics that are made to fail refuse what time can heal, and have all their lines when they are mended', async () => {
  const breakages = createBreakages(null, topics);
  await send();
  for (let times = 0; times < 2; times++) expect(breakages.apply('topics-fail')).toBe(true);
  expect(breakages.state()).toEqual({ redis: null, topics: 'failing' });
  await expect(send()).rejects.toMatchObject({ retryable: true });
  breakages.mendAll();
  await send();
  expect(lines()).toBe(2);
  expect(breakages.state().topics).toBe('well');
});

it('a relay that was killed with failing topics finds them again at its next start', async () => {
  await send();
  createBreakages(null, topics).apply('topics-fail');
  createBreakages(null, topics);
  expect(lines()).toBe(1);
});

it('topics that never had a line fail and are mended, too', async () => {
  const breakages = createBreakages(null, topics);
  breakages.apply('topics-fail');
  await expect(send()).rejects.toMatchObject({ retryable: true });
  breakages.apply('topics-back');
  expect(existsSync(topics)).toBe(false);
  await send();
  expect(lines()).toBe(1);
});

it('a directory that stands beside an old one is left as it is', () => {
  for (const [path, name] of [
    [topics, 'new'],
    [`${topics}.aside`, 'old'],
  ] as const) {
    mkdirSync(path);
    writeFileSync(join(path, name), '');
  }
  createBreakages(null, topics);
  expect([existsSync(join(topics, 'new')), existsSync(join(`${topics}.aside`, 'old'))]).toEqual([true, true]);
});

it('flushes Redis and takes it away, and brings it back; without an embedded one it refuses', async () => {
  redis = await startEmbeddedRedis();
  const breakages = createBreakages(redis, null);
  const { url, token } = redis;
  const ping = () => fetch(url, { method: 'POST', body: '["PING"]', headers: { authorization: `Bearer ${token}` } });
  redis.command('SET', 'a', '1');
  breakages.apply('redis-flush');
  expect(redis.command('DBSIZE')).toBe(0);
  breakages.apply('redis-away');
  expect(breakages.state()).toEqual({ redis: 'away', topics: null });
  await expect(ping()).rejects.toThrow();
  breakages.mendAll();
  expect((await ping()).status).toBe(200);
  const nothing = createBreakages(null, null);
  expect([nothing.apply('redis-flush'), nothing.apply('topics-fail')]).toEqual([false, false]);
});
