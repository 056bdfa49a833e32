import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { type BloomKeys, generationKey } from '../lib/dedup/bloom-command.ts';
import { generationOf, olderGenerations } from '../lib/dedup/generations.ts';
import { bloomGeometry, HEADER_BYTES, REDIS_STRING_LIMIT_BYTES } from '../lib/dedup/geometry.ts';
import { startRedis } from '../test/real/services/redis.ts';
import { newStamp, overTcp, scriptWay, type Way } from './decision-ways.ts';
import { startDelayProxy } from './delay-proxy.ts';
import { pairRates, type Spread, spreadOf } from './paired.ts';
import { type Figure, printFigures } from './report.ts';

const ROUNDS = 9;
const DECISIONS = 1_000;
const WINDOW_MS = 72 * 3_600_000;
/** As many as their hash tables have buckets: the fewest bytes a key. */
const EXACT_KEYS = 131_072;
const CHUNK_BYTES = 4 * 1024 * 1024;

export const keysFor = (eventsPerDay: number): BloomKeys => ({
  stage: 'bench',
  geometry: bloomGeometry({ eventsPerDay, falsePositiveRate: 0.001, maxBytes: REDIS_STRING_LIMIT_BYTES }),
  windowMs: WINDOW_MS,
});
const SMALL = keysFor(1_000_000);
const LARGE = keysFor(100_000_000);

/** Bytes of Redis a remembered event, against exact keys; and whether a decision costs more when there is more to remember. */
export async function benchWindowMemory(): Promise<void> {
  const server = await startRedis();
  const proxy = await startDelayProxy(Number(new URL(server.url).port));
  const near = new Redis(server.url);
  const away = new Redis(proxy.port);
  try {
    const exact = await exactKeyBytes(near);
    await fillWindow(near, SMALL);
    const beforeBytes = residentBytes(server.pid);
    const generations = await fillWindow(near, LARGE);
    const resident = (residentBytes(server.pid) - beforeBytes) / generations / LARGE.geometry.capacity;
    const reported = await reportedBytes(near, LARGE);
    const figures = [
      ...memoryFigures('1 M', await reportedBytes(near, SMALL), exact),
      ...memoryFigures('100 M', resident, exact, `; MEMORY USAGE says ${reported.toFixed(3)}`),
      ...(await timeFigures(near, away)),
    ];
    printFigures(
      'Window at a false positive rate of 0.001: memory, and time of a decision with 100 times as much in it',
      `MEMORY USAGE of a full generation, growth of the resident set for 100 M; growth of used_memory by ${EXACT_KEYS} keys\n` +
        `of 22 characters with an end; median of ${ROUNDS} pairs of ${DECISIONS} decisions in batches of 10, Node ${process.version}`,
      figures,
    );
  } finally {
    near.disconnect();
    away.disconnect();
    await proxy.stop();
    await server.stop();
  }
}

/** All generations that a decision looks at, as they are at capacity: every other bit set, at random. */
export async function fillWindow(redis: Redis, keys: BloomKeys): Promise<number> {
  const own = generationOf(Date.now());
  const { bits, capacity } = keys.geometry;
  const full = generationKey(keys, own);
  const bytes = Math.ceil(bits / 8);
  const noise = randomBytes(Math.min(CHUNK_BYTES, bytes));
  await redis.setbit(full, 8 * HEADER_BYTES + bits - 1, 0);
  for (let at = 0; at < bytes; at += noise.length)
    await redis.setrange(full, HEADER_BYTES + at, noise.subarray(0, Math.min(noise.length, bytes - at)));
  await redis.setrange(full, 0, newStamp() + String(capacity).padStart(16, '0'));
  const older = olderGenerations(WINDOW_MS);
  for (let age = 1; age <= older; age++) await redis.copy(full, generationKey(keys, own - age));
  return 1 + older;
}

export async function reportedBytes(redis: Redis, keys: BloomKeys): Promise<number> {
  const bytes = await redis.memory('USAGE', generationKey(keys, generationOf(Date.now())));
  return Number(bytes) / keys.geometry.capacity;
}

async function exactKeyBytes(redis: Redis): Promise<number> {
  const before = await usedBytes(redis);
  const pipeline = redis.pipeline();
  for (let n = 0; n < EXACT_KEYS; n++) pipeline.set(randomBytes(16).toString('base64url'), '1', 'EX', 259_200);
  await pipeline.exec();
  return ((await usedBytes(redis)) - before) / EXACT_KEYS;
}

/** Without what Redis holds for its clients. */
async function usedBytes(redis: Redis): Promise<number> {
  const memory = await redis.info('memory');
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(memory)?.[1]);
  return field('used_memory') - field('mem_clients_normal');
}

export const residentBytes = (pid: number): number =>
  1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

function memoryFigures(what: string, window: number, exact: number, more = ''): Figure[] {
  const detail = `${window.toFixed(3)} bytes an event; ${exact.toFixed(1)} an exact key${more}`;
  return [
    { what: `bytes an event of ${what}`, ratio: spreadOf([window]), bound: { atMost: 1.9 }, detail },
    { what: `exact keys : window of ${what}`, ratio: spreadOf([exact / window]), bound: { atLeast: 40 }, detail },
  ];
}

/** Time of a decision in the large window as a multiple of that in the small one. */
async function timeFigures(near: Redis, away: Redis): Promise<Figure[]> {
  const inServer: { small: number[]; large: number[] } = { small: [], large: [] };
  const watched = (way: Way, micros: number[]): Way => {
    return async (events) => {
      await near.config('RESETSTAT');
      await way(events);
      micros.push(Number(/cmdstat_evalsha:.*usec_per_call=([\d.]+)/.exec(await near.info('commandstats'))?.[1]));
    };
  };
  const small = watched(await scriptWay(SMALL, overTcp(away)), inServer.small);
  const large = watched(await scriptWay(LARGE, overTcp(away)), inServer.large);
  const sizes = { rounds: ROUNDS, subjectEvents: DECISIONS, baselineEvents: DECISIONS };
  const { ratio, subjectRate, baselineRate } = await pairRates(small, large, sizes);
  const [smallMicros, largeMicros] = [inServer.small.slice(1), inServer.large.slice(1)];
  const serverRatio: Spread = spreadOf(largeMicros.map((micros, round) => micros / (smallMicros[round] ?? Number.NaN)));
  const perBatch = (micros: number[]) => spreadOf(micros).median.toFixed(0);
  return [
    {
      what: 'decision 1 ms away, 100 M : 1 M',
      ratio,
      bound: { atMost: 1.1 },
      detail: `${baselineRate.median.toFixed(0)} against ${subjectRate.median.toFixed(0)} events a second`,
    },
    {
      what: '  in the server alone',
      ratio: serverRatio,
      bound: null,
      detail: `${perBatch(largeMicros)} against ${perBatch(smallMicros)} µs a batch of 10`,
    },
  ];
}
