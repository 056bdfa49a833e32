import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Disturbance, startEmbeddedRedis } from '../../../local/embedded/redis/server.ts';
import { readTopic } from '../../e2e/support/relay-process.ts';
import type { Fault } from '../faults/fault.ts';
import type { Parts } from './parts.ts';

const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  away: { kind: 'away' },
  slow: { kind: 'slow', byMs: 600 },
  'answering garbage': { kind: 'garbage' },
  'read-only': { kind: 'read-only' },
};

/** The topic log and Redis in this process: nothing but npm. The files have one writer, so there is one relay. */
export async function startEmbeddedParts(dataDirectory: string): Promise<Parts> {
  const redis = await startEmbeddedRedis();
  const disturbed = Object.entries(DISTURBANCES).map(
    ([name, disturbance]): Fault => ({
      name,
      weight: 1,
      lastsMs: [500, 5000],
      begin() {
        redis.disturb(disturbance);
        return () => redis.disturb(undefined);
      },
    }),
  );
  const flushed = momentary('flushed', () => void redis.command('FLUSHALL'));
  const evicted = momentary('evicting', () => {
    const [key] = (redis.command('KEYS', '*') as Buffer[]).map(String);
    if (key !== undefined) redis.command('DEL', key);
  });
  return {
    environment: { UPSTASH_REDIS_REST_URL: redis.url, UPSTASH_REDIS_REST_TOKEN: redis.token },
    relays: 1,
    faulty: [
      { name: 'Redis', calmMs: [2000, 8000], faults: [...disturbed, flushed, evicted] },
      { name: 'topics', calmMs: [2000, 8000], faults: [diskAway(dataDirectory)] },
    ],
    prepare(directory) {
      mkdirSync(join(directory, 'topics-disk'), { recursive: true });
      pointTopicsTo(directory, 'topics-disk');
    },
    forgetConnections: () => undefined,
    readTopics: async (topics) =>
      topics.flatMap((topic) =>
        readTopic(dataDirectory, topic).map(({ value, headers }, line) => ({
          topic,
          partition: 0,
          offset: line, // a relay that was killed in mid-write may have given one offset twice; the place in the file is its own
          eventId: headers.ce_id ?? '',
          value,
        })),
      ),
    close: () => redis.close(),
  };
}

const momentary = (name: string, befall: () => void): Fault => ({
  name,
  weight: 1,
  lastsMs: [0, 0],
  begin() {
    befall();
    return () => undefined;
  },
});

const diskAway = (directory: string): Fault => ({
  name: 'disk away',
  weight: 1,
  lastsMs: [200, 3000],
  begin() {
    pointTopicsTo(directory, '/dev/null');
    return () => pointTopicsTo(directory, 'topics-disk');
  },
});

/** In one step: there is no moment with a third directory. */
function pointTopicsTo(directory: string, target: string): void {
  const fresh = join(directory, 'topics-next');
  symlinkSync(target, fresh);
  renameSync(fresh, join(directory, 'topics'));
}
