import { Redis, ReplyError } from 'ioredis';
import { ConfigError, messageOf } from '../lib/platform/errors.ts';
import { RedisError, type Reply } from './embedded/redis/reply.ts';
import { type RedisRestServer, serveRedisRest } from './embedded/redis/rest-server.ts';

/**
 * Upstash's REST form before a real Redis. Commands fail at once while the server is away, as Upstash's would; the connection
 * is made anew by itself. @throws ConfigError when the server cannot be reached at the start.
 */
export async function startRedisBridge(redisUrl: string): Promise<RedisRestServer> {
  const redis = new Redis(redisUrl, { lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined); // each command tells its own caller
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    throw new ConfigError('REDIS_URL', `no Redis answers at ${new URL(redisUrl).host}: ${messageOf(cause)}`, cause);
  }
  const execute = async ([name = '', ...args]: readonly string[]): Promise<Reply> => {
    try {
      return (await redis.callBuffer(name, ...args.map((arg) => Buffer.from(arg, 'latin1')))) as Reply;
    } catch (error) {
      if (error instanceof ReplyError) throw new RedisError(messageOf(error));
      throw error;
    }
  };
  const rest = await serveRedisRest(execute);
  return {
    ...rest,
    async close() {
      await rest.close();
      redis.disconnect();
    },
  };
}
