import { startKafka } from '../../real/services/kafka.ts';
import { startRedis } from '../../real/services/redis.ts';
import { startTcpProxy } from '../../real/tcp-proxy.ts';
import { readTopic } from '../../real/topic-reader.ts';
import { faultyKafka } from '../faults/kafka.ts';
import { faultyRedis } from '../faults/redis.ts';
import { TOPICS } from '../generator/make-event.ts';
import type { Parts } from './parts.ts';

const BROKERS = 2;

/** Apache Kafka behind a network that fails, and redis-server behind the relay's REST bridge. Two relays share them. */
export async function startRealParts(): Promise<Parts> {
  const [kafka, redis] = await Promise.all([startKafka({ brokers: BROKERS }), startRedis()]);
  const networks = await Promise.all(
    kafka.proxies.map(({ listenPort, targetPort }) => startTcpProxy(listenPort, targetPort)),
  );
  const brokers = kafka.proxies.map(({ listenPort }) => `127.0.0.1:${listenPort}`).join(',');
  return {
    environment: { KAFKA_BROKERS: brokers, REDIS_URL: redis.url },
    relays: 2,
    faulty: [faultyRedis(redis), faultyKafka(kafka, networks, Object.values(TOPICS))],
    prepare: () => undefined,
    forgetConnections() {
      for (const network of networks) network.forgetConnections();
    },
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
      await Promise.all(networks.map((network) => network.close()));
      await Promise.all([kafka.stop(), redis.stop()]);
    },
  };
}
