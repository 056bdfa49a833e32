import { afterAll, beforeAll, describe } from '@jest/globals';
import { createUpstashBloomWindow } from '../../../lib/dedup/upstash-bloom-window.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../../local/embedded/redis/server.ts';
import {
  bloomWindowContract,
  CONTRACT_WINDOW_MS,
  contractGeometry,
} from '../../contract/dedup-bloom-window.contract.ts';

let redis: EmbeddedRedis;
let stages = 0;
beforeAll(async () => {
  redis = await startEmbeddedRedis();
});
afterAll(() => redis.close());

describe('Bloom window: the script on the stand-in for Redis, through the REST form', () => {
  bloomWindowContract(async () =>
    createUpstashBloomWindow({
      stage: `stage${++stages}`,
      geometry: contractGeometry(),
      windowMs: CONTRACT_WINDOW_MS,
      credentials: { get: async () => redis, refetch: async () => false },
      budgetMs: 20_000,
    }),
  );
});
