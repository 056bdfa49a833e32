import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createKafkaSink } from '../../lib/routing/kafka-sink.ts';
import type { TopicSink } from '../../lib/routing/sink.ts';
import { newTopic, numbered, soon } from '../contract/topic-sink.contract.ts';
import { recordingLog } from '../support/log.ts';
import { type KafkaService, startKafka } from './services/kafka.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { readTopic } from './topic-reader.ts';

const KEYS = Array.from({ length: 12 }, (_, index) => `key-${index}`);

describe('Kafka sink on several brokers', () => {
  let kafka: KafkaService;
  let networks: TcpProxy[] = [];
  let sink: TopicSink;

  beforeAll(async () => {
    kafka = await startKafka({ brokers: 2 });
    networks = await Promise.all(kafka.proxies.map((proxy) => startTcpProxy(proxy.listenPort, proxy.targetPort)));
    sink = createKafkaSink({
      brokers: kafka.proxies.map(({ listenPort }) => `127.0.0.1:${listenPort}`),
      clientId: 'relay-test',
      tls: false,
      sasl: { mechanism: 'none' },
      partitioner: 'murmur2',
      log: recordingLog(),
    });
  }, 120_000);
  afterAll(async () => {
    await sink.close();
    await Promise.all(networks.map((network) => network.close()));
    await kafka.stop();
  });

  const batch = (number: number) => KEYS.map((key) => numbered(key, number));
  const timesOf = async (topic: string): Promise<number[]> => {
    const records = await readTopic(kafka.broker, topic);
    return [...Map.groupBy(records, ({ key, value }) => `${key} ${value.toString('utf8')}`).values()].map(
      (all) => all.length,
    );
  };

  it.each([0, 1])(
    'appends once what one broker takes late while the other refuses (broker %i)',
    async (refusing) => {
      const topic = newTopic();
      await sink.send(topic, batch(0), soon());
      const [refused, late] = refusing === 0 ? networks : networks.toReversed();
      late?.holdRequests();
      refused?.refuse();
      const sent = sink.send(topic, batch(1), soon());
      await sleep(400);
      refused?.pass();
      await sleep(1800); // the refused part is tried again, while the other's answer is still to come
      late?.pass();
      await sent;
      expect(await timesOf(topic)).toEqual(Array.from({ length: 2 * KEYS.length }, () => 1));
    },
    60_000,
  );
});
