import { startAws } from './aws/emulator.ts';
import { startBridge } from './bridge.ts';
import { startDynamoDbLocal } from './dynamodb-local.ts';
import { startElasticMq } from './elasticmq.ts';
import { startKafka } from './kafka.ts';
import { startRedis } from './redis.ts';
import { startSchemaRegistry } from './schema-registry.ts';

/** Everything that `npm run test:real` runs against. */
export interface Services {
  /** How tests find them. */
  env: Record<string, string>;
  pids: number[];
  stop(): Promise<void>;
}

/** Starts all of them; when one does not come up, the others are stopped again. */
export async function startServices(options: { detached?: boolean } = {}): Promise<Services> {
  const starts = startAll(options);
  const started = await Promise.allSettled(Object.values(starts));
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(async (result) => result.status === 'fulfilled' && (await result.value.stop())));
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const pids = started.flatMap((result) => (result.status === 'fulfilled' ? pidsOf(result.value) : []));
  return { env: await environmentOf(starts), pids, stop };
}

type Starts = ReturnType<typeof startAll>;

function startAll(options: { detached?: boolean }) {
  const redis = startRedis(options);
  return {
    kafka: startKafka(options),
    redis,
    bridge: redis.then(({ url }) => startBridge(url, options)),
    dynamo: startDynamoDbLocal(options),
    sqs: startElasticMq(options),
    schemaRegistry: startSchemaRegistry(options),
    aws: startAws(options),
  };
}

async function environmentOf(starts: Starts): Promise<Record<string, string>> {
  const [kafka, redis, bridge] = await Promise.all([starts.kafka, starts.redis, starts.bridge]);
  const [dynamo, sqs, schemaRegistry] = await Promise.all([starts.dynamo, starts.sqs, starts.schemaRegistry]);
  return {
    RELAY_TEST_KAFKA_BROKERS: kafka.broker,
    RELAY_TEST_KAFKA_SASL_BROKERS: kafka.saslBroker,
    RELAY_TEST_REDIS_URL: redis.url,
    RELAY_TEST_UPSTASH_URL: bridge.url,
    RELAY_TEST_UPSTASH_TOKEN: bridge.token,
    RELAY_TEST_DYNAMODB_URL: dynamo.url,
    RELAY_TEST_SQS_URL: sqs.url,
    RELAY_TEST_SCHEMA_REGISTRY_URL: schemaRegistry.url,
    RELAY_TEST_AWS_URL: (await starts.aws).url,
  };
}

const pidsOf = (service: { pid: number } | { pids: readonly number[] }): readonly number[] =>
  'pids' in service ? service.pids : [service.pid];
