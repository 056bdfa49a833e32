import { Redis } from 'ioredis';
import type { RedisService } from '../../real/services/redis.ts';
import type { Fault, FaultyPart } from './fault.ts';

/** A redis-server that is emptied, slowed, made read-only, killed, and set back to what it held some seconds ago. */
export function faultyRedis(redis: RedisService): FaultyPart {
  const doing = (name: string, lastsMs: Fault['lastsMs'], begin: string[], end?: string[]): Fault => ({
    name,
    weight: 1,
    lastsMs,
    async begin() {
      await command(redis.url, begin);
      return end === undefined ? () => undefined : () => command(redis.url, end);
    },
  });
  const killed: Fault = {
    name: 'killed',
    weight: 1,
    lastsMs: [0, 3000],
    async begin() {
      await redis.kill();
      return () => redis.restart();
    },
  };
  const rolledBack: Fault = {
    name: 'rolled back',
    weight: 1,
    lastsMs: [500, 15_000],
    async begin() {
      await redis.snapshot();
      return () => redis.rollBack();
    },
  };
  return {
    name: 'Redis',
    calmMs: [2000, 8000],
    faults: [
      doing('flushed', [0, 0], ['FLUSHALL']),
      doing('slow', [500, 3000], ['CLIENT', 'PAUSE', '3000', 'ALL'], ['CLIENT', 'UNPAUSE']),
      doing('without scripts', [0, 0], ['SCRIPT', 'FLUSH']),
      // a replica of nobody: reads are answered, writes refused, the data stay
      doing('read-only', [500, 5000], ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']),
      killed,
      rolledBack,
    ],
  };
}

async function command(url: string, [name = '', ...args]: readonly string[]): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 2 });
  client.on('error', () => undefined); // the command's own error tells
  try {
    await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}
