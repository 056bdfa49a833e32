import { type BridgeService, startBridge } from './bridge.ts';
import { type KafkaService, startKafka } from './kafka.ts';
import { type RedisService, startRedis } from './redis.ts';

/** Everything that `npm run test:real` runs against. */
export interface Services {
  /** How tests find them. */
  env: Record<string, string>;
  pids: number[];
  stop(): Promise<void>;
}

/** Starts all of them; when one does not come up, the others are stopped again. */
export async function startServices(options: { detached?: boolean } = {}): Promise<Services> {
  const kafkaStart = startKafka(options);
  const redisStart = startRedis(options);
  const bridgeStart = redisStart.then((redis) => startBridge(redis.url, options));
  const started = await Promise.allSettled([kafkaStart, redisStart, bridgeStart]);
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(async (result) => result.status === 'fulfilled' && (await result.value.stop())));
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [kafka, redis, bridge] = await Promise.all([kafkaStart, redisStart, bridgeStart]);
  return { env: environmentOf(kafka, redis, bridge), pids: [kafka.pid, redis.pid, bridge.pid], stop };
}

function environmentOf(kafka: KafkaService, redis: RedisService, bridge: BridgeService): Record<string, string> {
  return {
    RELAY_TEST_KAFKA_BROKERS: kafka.broker,
    RELAY_TEST_KAFKA_SASL_BROKERS: kafka.saslBroker,
    RELAY_TEST_REDIS_URL: redis.url,
    RELAY_TEST_UPSTASH_URL: bridge.url,
    RELAY_TEST_UPSTASH_TOKEN: bridge.token,
  };
}
