import { Redis } from 'ioredis';
import { createDeduplicator } from '../lib/dedup/deduplicator.ts';
import { createDynamoFilterRecord } from '../lib/dedup/dynamo-filter-record.ts';
import { createDynamoLedger } from '../lib/dedup/dynamo-ledger.ts';
import { bloomGeometry } from '../lib/dedup/geometry.ts';
import { createUpstashBloomWindow } from '../lib/dedup/upstash-bloom-window.ts';
import { systemClock as clock } from '../lib/platform/clock.ts';
import { startBridge } from '../test/real/services/bridge.ts';
import { startRedis } from '../test/real/services/redis.ts';
import { createTables, startDynamo } from '../test/support/dynalite.ts';
import {
  inBatches,
  newStamp,
  oneConnectionDynamo,
  overRest,
  overTcp,
  putWay,
  scriptWay,
  sourcesWay,
  type Way,
} from './decision-ways.ts';
import { startDelayProxy } from './delay-proxy.ts';
import { pairRates, type Spread, spreadOf } from './paired.ts';
import { type Bound, type Figure, printFigures } from './report.ts';
import { type Services, withServices } from './services.ts';

const ROUNDS = 7;
const BATCHED_EVENTS = 600;
const SINGLE_EVENTS = 40;
const TABLE = 'Ledger';
const WINDOW_MS = 72 * 3_600_000;
const KEYS = {
  stage: 'bench',
  geometry: bloomGeometry({ eventsPerDay: 1_000_000, falsePositiveRate: 0.001 }),
  windowMs: WINDOW_MS,
};

/** Decisions a second over stores that are 1 ms away, one connection each, all events new. */
export const benchDecision = (): Promise<void> =>
  withServices(async (services) => {
    const { redis, restUrl, token, dynamo } = await startStores(services);
    const credentials = { get: async () => ({ url: restUrl, token }), refetch: async () => false };
    const bloom = createUpstashBloomWindow({ ...KEYS, credentials, budgetMs: 5_000 });
    const window = inBatches(async (events) => {
      await bloom.check({ events, offeredStamp: newStamp(), seen: new Map() });
    });
    const deduplicator = createDeduplicator({
      bloom,
      record: createDynamoFilterRecord({ dynamo, table: TABLE }),
      ledger: createDynamoLedger({ dynamo, table: TABLE, clock, windowMs: WINDOW_MS, onWriteFault: raise }),
      clock,
      windowMs: WINDOW_MS,
      onFault: (_store, error) => raise(error),
    });
    const wholeWay = inBatches(async (events) => {
      const { commit } = await deduplicator.decide(events);
      const written = await commit(events, Date.now() + 10_000);
      if (written.size < events.length) throw new Error('the ledger must take every event');
    });

    const script = await scriptWay(KEYS, overTcp(redis));
    const sourcesTcp = sourcesWay(KEYS, overTcp(redis));
    const sourcesRest = sourcesWay(KEYS, overRest(restUrl, token));
    const puts = putWay(dynamo, TABLE);
    const figures = [
      await compared('window, both over TCP', script, sourcesTcp, { atLeast: 20 }),
      await compared('window, both over REST', window, sourcesRest, { atLeast: 20 }),
      await compared('window over REST : three commands over TCP', window, sourcesTcp, null),
      await compared('window over REST : conditional put', window, puts, null),
      await compared('window, record and commit : conditional put', wholeWay, puts, null),
    ];
    const ping = await pingMs(redis);
    printFigures(
      'Decision: events a second in batches of 10, over stores 1 ms away, one connection each',
      `against one event after the other: look up, add, expire (BITFIELD), or one conditional put (dynalite);\n` +
        `median of ${ROUNDS} pairs; PING ${ping.median.toFixed(2)} ms (${ping.min.toFixed(2)} … ${ping.max.toFixed(2)}), Node ${process.version}`,
      figures,
    );
  });

async function startStores(services: Services) {
  const server = await services.kept(startRedis());
  const bridge = await services.kept(startBridge(server.url));
  const local = await services.kept(startDynamo());
  await createTables(local.client, TABLE);
  const away = async (url: string) => (await services.kept(startDelayProxy(Number(new URL(url).port)))).port;
  const redis = new Redis(await away(server.url), '127.0.0.1');
  services.atEnd(() => redis.disconnect());
  const dynamo = oneConnectionDynamo(await away(local.endpoint));
  services.atEnd(() => dynamo.destroy());
  return { redis, restUrl: `http://127.0.0.1:${await away(bridge.url)}`, token: bridge.token, dynamo };
}

async function compared(what: string, subject: Way, baseline: Way, bound: Bound): Promise<Figure> {
  const sizes = { rounds: ROUNDS, subjectEvents: BATCHED_EVENTS, baselineEvents: SINGLE_EVENTS };
  const { ratio, subjectRate, baselineRate } = await pairRates(subject, baseline, sizes);
  const detail = `${subjectRate.median.toFixed(0)} against ${baselineRate.median.toFixed(0)} events a second`;
  return { what, ratio, bound, detail };
}

async function pingMs(redis: Redis): Promise<Spread> {
  const times: number[] = [];
  for (let n = 0; n < 50; n++) {
    const startMs = performance.now();
    await redis.ping();
    times.push(performance.now() - startMs);
  }
  return spreadOf(times);
}

function raise(error: unknown): never {
  throw error;
}
