import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { createKafkaSink } from '../../lib/routing/kafka-sink.ts';
import type { TopicSink } from '../../lib/routing/sink.ts';
import { newTopic, numbered, numbersOf, soon } from '../contract/topic-sink.contract.ts';
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
    kafka = await startKafka({ brokers: 3 });
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

  /** Three partitions a broker. */
  const newLargeTopic = async (): Promise<string> => {
    const topic = newTopic();
    const admin = new Kafka({ brokers: [kafka.broker], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 9, replicationFactor: 2 }], waitForLeaders: true });
    await admin.disconnect();
    return topic;
  };
  const batch = (number: number) => KEYS.map((key) => numbered(key, number));
  const timesOf = async (topic: string): Promise<number[]> => {
    const records = await readTopic(kafka.broker, topic);
    return [...Map.groupBy(records, ({ key, value }) => `${key} ${value.toString('utf8')}`).values()].map(
      (all) => all.length,
    );
  };

  // the third broker has answered, and tells the client of a new leader while the late one is still busy with the first try
  it.each([
    [0, 1],
    [1, 2],
    [2, 0],
    [1, 0],
    [2, 1],
    [0, 2],
  ])(
    'appends once what one broker takes late while another resets its connections (brokers %i, %i)',
    async (late, reset) => {
      const topic = await newLargeTopic();
      await sink.send(topic, batch(0), soon());
      networks[late]?.holdRequests();
      networks[reset]?.refuse();
      const sent = sink.send(topic, batch(1), soon());
      await sleep(400);
      networks[reset]?.pass();
      await sleep(1800); // what was reset is tried again, while the late one's answer is still to come
      networks[late]?.pass();
      await sent;
      expect(await timesOf(topic)).toEqual(Array.from({ length: 2 * KEYS.length }, () => 1));
    },
    60_000,
  );

  it('goes on once, in order, when the leaderships of a broker move to others', async () => {
    const topic = await newLargeTopic();
    await sink.send(topic, batch(0), soon());
    await kafka.kill(2);
    await sink.send(topic, batch(1), soon());
    await kafka.restart(2);
    await sink.send(topic, batch(2), soon());
    expect(await timesOf(topic)).toEqual(Array.from({ length: 3 * KEYS.length }, () => 1));
    const records = await readTopic(kafka.broker, topic);
    for (const key of KEYS) expect(numbersOf(records, key)).toEqual([0, 1, 2]);
  }, 120_000);
});
