import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { codeOf } from '../../lib/platform/errors.ts';
import { type OutgoingRecord, RecordRefusedError, type TopicSink } from '../../lib/routing/sink.ts';
import { newTopic, numbered, numbersOf, soon } from '../contract/topic-sink.contract.ts';
import { kafkaSinkOn } from './kafka-sinks.ts';
import { type KafkaService, startKafka } from './services/kafka.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { readTopic } from './topic-reader.ts';

describe('Kafka sink under faults', () => {
  let kafka: KafkaService;
  let proxy: TcpProxy;
  let sink: TopicSink;
  const proxied = () => kafka.proxies[0] ?? { listenPort: 0, targetPort: 0 };

  beforeAll(async () => {
    kafka = await startKafka();
    proxy = await startTcpProxy(proxied().listenPort, proxied().targetPort);
  });
  afterAll(async () => {
    await proxy.close();
    await kafka.stop();
  });
  beforeEach(() => {
    sink = kafkaSinkOn(`127.0.0.1:${proxied().listenPort}`, { requestTimeoutMs: 1_000 });
  });
  afterEach(async () => {
    proxy.pass();
    await sink.close();
  });

  const read = async (topic: string) => numbersOf(await readTopic(kafka.broker, topic), 'k');
  const failsAfter = async (ms: number, topic: string, records: OutgoingRecord[]) => {
    const sent = sink.send(topic, records, Date.now() + ms);
    await expect(sent).rejects.toMatchObject({ retryable: true });
  };

  it('loses nothing after a send whose answer was lost although the broker had appended it', async () => {
    const topic = newTopic();
    await sink.send(topic, [numbered('k', 0)], soon());
    proxy.swallowAnswers();
    await failsAfter(1_600, topic, [numbered('k', 1)]); // timed out once inside kafkajs, abandoned before its retry
    proxy.pass();
    expect(await read(topic)).toEqual([0, 1]);
    await sink.send(topic, [numbered('k', 2)], soon());
    await sink.send(topic, [numbered('k', 3)], soon());
    expect(await read(topic)).toEqual([0, 1, 2, 3]);
  });

  it('keeps the order when the abandoned event is sent again before the next of its key', async () => {
    const topic = newTopic();
    await sink.send(topic, [numbered('k', 0)], soon());
    proxy.swallowAnswers();
    await failsAfter(1_600, topic, [numbered('k', 1)]);
    proxy.pass();
    await sink.send(topic, [numbered('k', 1), numbered('k', 2)], soon());
    expect([...new Set(await read(topic))]).toEqual([0, 1, 2]);
  });

  it('repeats nothing when the lost answer is made up for within the send', async () => {
    const topic = newTopic();
    await sink.send(topic, [numbered('k', 0)], soon());
    proxy.swallowAnswers();
    const sent = sink.send(topic, [numbered('k', 1)], soon());
    await sleep(500);
    proxy.pass();
    await sent;
    await sink.send(topic, [numbered('k', 2)], soon());
    expect(await read(topic)).toEqual([0, 1, 2]);
  });

  it('loses nothing of two sends to one topic side by side when an answer is lost', async () => {
    const topic = newTopic();
    await sink.send(topic, [numbered('k', 0)], soon());
    proxy.swallowAnswers();
    const sent = [1, 2].map((n) => sink.send(topic, [numbered('k', n)], soon()));
    await sleep(500);
    proxy.pass();
    await Promise.all(sent);
    expect(await read(topic)).toEqual([0, 1, 2]);
  });

  it('does not let a topic that no broker takes fail the others more than once', async () => {
    const topic = newTopic();
    for (const n of [0, 1, 2]) {
      const sends = [topic, 'no topic!'].map((name) => sink.send(name, [numbered('k', n)], soon()));
      const [good, bad] = await Promise.allSettled(sends);
      expect(bad).toMatchObject({ status: 'rejected', reason: { retryable: true } });
      if (n > 0) expect(good).toEqual({ status: 'fulfilled', value: undefined }); // at first, kafkajs asks for both at once
    }
    expect((await read(topic)).filter((n) => n > 0)).toEqual([1, 2]);
  });

  it('writes nothing of an abandoned send after a later one has begun', async () => {
    const topic = newTopic();
    await sink.send(topic, [numbered('k', 0)], soon());
    proxy.holdRequests();
    await failsAfter(500, topic, [numbered('k', 1)]);
    await sleep(200); // the reset travels to the proxy
    proxy.pass();
    await sink.send(topic, [numbered('k', 2)], soon());
    await sleep(3_000); // longer than kafkajs' own retry would take
    expect(await read(topic)).toEqual([0, 2]);
  });

  it('sends at once after a freeze in which the connections were forgotten', async () => {
    const topic = newTopic();
    await sink.send(topic, [numbered('k', 0)], soon());
    proxy.forgetConnections();
    await sink.send(topic, [numbered('k', 1)], soon());
    expect(await read(topic)).toEqual([0, 1]);
  });

  it('sends at the second attempt when the connections lead nowhere', async () => {
    const topic = newTopic();
    await sink.send(topic, [numbered('k', 0)], soon());
    proxy.blackholeConnections();
    await failsAfter(3_000, topic, [numbered('k', 1)]);
    await sink.send(topic, [numbered('k', 1)], soon());
    expect(await read(topic)).toEqual([0, 1]);
  });

  it('replaces a producer that was idle for long before it is used', async () => {
    const topic = newTopic();
    const idle = kafkaSinkOn(`127.0.0.1:${proxied().listenPort}`, { maxIdleMs: 100 });
    await idle.send(topic, [numbered('k', 0)], soon());
    proxy.blackholeConnections();
    await sleep(200);
    await idle.send(topic, [numbered('k', 1)], soon());
    await idle.close();
    expect(await read(topic)).toEqual([0, 1]);
  });

  it('lets the sends of other topics end in peace when one fails', async () => {
    const [bad, good] = [newTopic(), newTopic()];
    for (let n = 0; n < 20; n++) {
      const refused = sink.send(bad, [numbered('k', n, 'x'.repeat(1_500_000))], soon());
      const taken = sink.send(good, [numbered('k', n)], soon());
      await expect(refused).rejects.toBeInstanceOf(RecordRefusedError);
      await taken;
    }
    expect(await read(good)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(await read(bad)).toEqual([]);
  });

  it('loses and reorders nothing while the broker is killed and comes back', async () => {
    const topic = newTopic();
    const failures: string[] = [];
    const giveUpAtMs = Date.now() + 100_000;
    const untilConfirmed = async (records: OutgoingRecord[]): Promise<void> => {
      for (;;) {
        try {
          return await sink.send(topic, records, Date.now() + 5_000);
        } catch (error) {
          if (Date.now() > giveUpAtMs) throw error;
          failures.push(codeOf(error));
          await sleep(200);
        }
      }
    };
    let restarted: Promise<void> | undefined;
    for (let n = 0; n < 120; n += 2) {
      if (n === 40) restarted = kafka.kill().then(() => kafka.restart());
      await untilConfirmed([numbered('k', n), numbered('k', n + 1)]);
    }
    await restarted;
    expect(failures.length).toBeGreaterThan(0);
    expect(failures).not.toContain('record-refused');
    expect([...new Set(await read(topic))]).toEqual(Array.from({ length: 120 }, (_, n) => n));
  });
});
