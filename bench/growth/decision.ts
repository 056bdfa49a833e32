import { Redis } from 'ioredis';
import { startRedis } from '../../test/real/services/redis.ts';
import { overTcp, scriptWay, type Way } from '../decision-ways.ts';
import { startDelayProxy } from '../delay-proxy.ts';
import { pairAsync, pairRates, spreadOf } from '../paired.ts';
import type { Figure } from '../report.ts';
import { withServices } from '../services.ts';
import { fillWindow, keysFor, reportedBytes, residentBytes } from '../window-memory.ts';
import { type GrowthSizes, grown } from './grown.ts';

const CONNECTIONS = 10;
const DECISIONS = 1000;
const SMALL = keysFor(1_000_000);
const LARGE = keysFor(10_000_000);

/** The window with ten times as much in it, and asked over ten connections at a time. */
export const decisionGrowth = ({ rounds, smaller }: GrowthSizes): Promise<Figure[]> =>
  withServices(async ({ kept, atEnd }) => {
    const server = await kept(startRedis());
    const proxy = await kept(startDelayProxy(Number(new URL(server.url).port)));
    const connect = (port: number) => {
      const redis = new Redis(port);
      atEnd(() => redis.disconnect());
      return redis;
    };
    const near = connect(Number(new URL(server.url).port));
    await fillWindow(near, SMALL);
    const resident = async () => {
      await near.call('MEMORY', 'PURGE'); // what the filling itself took
      return residentBytes(server.pid);
    };
    const beforeBytes = await resident();
    const generations = await fillWindow(near, LARGE);
    // MEMORY USAGE counts the allocator's rounding of so large a bitmap, which is never touched
    const large = ((await resident()) - beforeBytes) / generations / LARGE.geometry.capacity;
    const bytes = [large, await reportedBytes(near, SMALL)] as const;
    const events = DECISIONS / smaller;
    const [inSmall, inLarge] = [SMALL, LARGE].map((keys) => scriptWay(keys, overTcp(connect(proxy.port))));
    const sizes = { rounds, subjectEvents: events, baselineEvents: events };
    const filled = await pairRates((await inSmall) ?? raise(), (await inLarge) ?? raise(), sizes);

    const ways = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => scriptWay(SMALL, overTcp(connect(proxy.port)))),
    );
    const { clients, servers, rates } = await overConnections(ways, near, events, rounds);
    return [
      grown('window: bytes an event, 10 M : 1 M', spreadOf([bytes[0] / bytes[1]]), `${told(...bytes, 3)} bytes`),
      grown(
        'window: time of a decision, 10 M : 1 M in it',
        filled.ratio,
        `${told(filled.baselineRate.median, filled.subjectRate.median, 0)} events a second`,
      ),
      grown("window: caller's CPU time, 10 connections : 1", clients, `${rates} events a second`),
      grown("window: Redis' CPU time, 10 connections : 1", servers.ratio, servers.detail),
    ];
  });

/** The same events over all connections at a time, or over one. */
async function overConnections(ways: readonly Way[], near: Redis, events: number, rounds: number) {
  const micros: { many: number[]; one: number[] } = { many: [], one: [] };
  const watched = (work: () => Promise<unknown>, into: number[]) => async () => {
    const before = await redisMicros(near);
    await work();
    into.push(((await redisMicros(near)) - before) / (events * CONNECTIONS));
  };
  const many = watched(() => Promise.all(ways.map((way) => way(events))), micros.many);
  const one = watched(() => ways[0]?.(events * CONNECTIONS) ?? raise(), micros.one);
  const { ratio, rates } = await pairAsync({ work: many, calls: 1 }, { work: one, calls: 1 }, rounds);
  const [counted, other] = [micros.many.slice(1), micros.one.slice(1)]; // the first pair is the warm-up
  const aCall = events * CONNECTIONS;
  return {
    clients: ratio,
    servers: {
      ratio: spreadOf(counted.map((value, round) => value / (other[round] ?? Number.NaN))),
      detail: `${told(spreadOf(counted).median, spreadOf(other).median, 0)} µs an event`,
    },
    rates: told(rates.subjectRate.median * aCall, rates.baselineRate.median * aCall, 0),
  };
}

async function redisMicros(redis: Redis): Promise<number> {
  const cpu = await redis.info('cpu');
  const seconds = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(cpu)?.[1]);
  return 1e6 * (seconds('used_cpu_user') + seconds('used_cpu_sys'));
}

const told = (own: number, other: number, digits: number): string =>
  `${own.toFixed(digits)} : ${other.toFixed(digits)}`;

function raise(): never {
  throw new RangeError('there are as many as were made');
}
