import { Redis } from 'ioredis';
import { type KafkaService, startKafka } from '../../real/services/kafka.ts';
import { type RedisService, startRedis } from '../../real/services/redis.ts';
import { startTcpProxy, type TcpProxy } from '../../real/tcp-proxy.ts';
import { readTopic } from '../../real/topic-reader.ts';
import type { Fault, FaultyPart } from '../faults/fault.ts';
import type { Parts } from './parts.ts';

/** Apache Kafka behind a network that fails, and redis-server behind the relay's REST bridge. Two relays share them. */
export async function startRealParts(): Promise<Parts> {
  const [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
  const network = await startTcpProxy(kafka.proxy.listenPort, kafka.proxy.targetPort);
  return {
    environment: { KAFKA_BROKERS: `127.0.0.1:${kafka.proxy.listenPort}`, REDIS_URL: redis.url },
    relays: 2,
    faulty: [faultyRedis(redis), faultyKafka(kafka, network)],
    prepare: () => undefined,
    forgetConnections: () => network.forgetConnections(),
    async readTopics(topics) {
      const records = await Promise.all(topics.map((topic) => readTopic(kafka.broker, topic)));
      return records.flatMap((found, index) =>
        found.map(({ partition, offset, headers, value }) => ({
          topic: topics[index] ?? '',
          partition,
          offset,
          eventId: headers.ce_id ?? '',
          value: value.toString('utf8'),
        })),
      );
    },
    async close() {
      await network.close();
      await Promise.all([kafka.stop(), redis.stop()]);
    },
  };
}

function faultyKafka(kafka: KafkaService, network: TcpProxy): FaultyPart {
  const failing = (name: string, weight: number, fail: () => void): Fault => ({
    name,
    weight,
    lastsMs: [300, 14_000], // longer than the producer's own retries, too
    begin() {
      fail();
      return () => {
        network.refuse(); // a connection of which something was lost does not go on
        network.pass();
      };
    },
  });
  const slow: Fault = {
    name: 'slow',
    weight: 2,
    lastsMs: [1000, 5000],
    begin() {
      let holds = false;
      const timer = setInterval(() => {
        holds = !holds;
        if (holds) network.holdRequests();
        else network.pass();
      }, 400);
      return () => {
        clearInterval(timer);
        network.pass();
      };
    },
  };
  const killed: Fault = {
    name: 'killed',
    weight: 2,
    lastsMs: [0, 10_000],
    async begin() {
      await kafka.kill();
      return () => kafka.restart();
    },
  };
  return {
    name: 'Kafka',
    calmMs: [3000, 10_000],
    faults: [
      failing('losing answers', 2, () => network.swallowAnswers()),
      failing('not answering', 2, () => network.holdRequests()),
      failing('refusing connections', 2, () => network.refuse()),
      failing('forgetting connections', 1, () => network.forgetConnections()),
      failing('leading connections nowhere', 1, () => network.blackholeConnections()),
      slow,
      killed,
    ],
  };
}

function faultyRedis(redis: RedisService): FaultyPart {
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
    ],
  };
}

async function command(url: string, [name = '', ...args]: readonly string[]): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 2 });
  try {
    await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}
