import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { toOutgoing } from '../../lib/routing/outgoing-record.ts';
import { partitionKey } from '../../lib/routing/partition-key.ts';
import { newTopic, numbered, soon } from '../contract/topic-sink.contract.ts';
import { kafkaSinkOn, realSetting } from './kafka-sinks.ts';
import { kafkaJars } from './services/kafka-jars.ts';
import { readTopic } from './topic-reader.ts';

/** Runs one of Kafka's own command line tools. */
async function kafkaTool(mainClass: string, args: string[], input = ''): Promise<string> {
  const java = ['-cp', `${await kafkaJars()}/*`, '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', mainClass, ...args];
  const child = spawn('java', java, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  return text(child.stdout);
}

describe('beside a stock Java client', () => {
  const broker = realSetting('RELAY_TEST_KAFKA_BROKERS');

  it('puts each key into the partition in which a Java producer puts it', async () => {
    const [ours, theirs] = [newTopic(), newTopic()];
    const keys = Array.from({ length: 60 }, (_, n) => partitionKey(`contact-${n}`));
    const lines = keys.map((key) => `${key}\t{}\n`).join('');
    await kafkaTool(
      'org.apache.kafka.tools.ConsoleProducer',
      ['--bootstrap-server', broker, '--topic', theirs, '--property', 'parse.key=true'],
      lines,
    );
    const sink = kafkaSinkOn(broker);
    await sink.send(
      ours,
      keys.map((key, n) => numbered(key, n)),
      soon(),
    );
    await sink.close();
    const partitions = async (topic: string) =>
      new Map((await readTopic(broker, topic)).map(({ key, partition }) => [key, partition]));
    const expected = await partitions(theirs);
    expect(new Set(expected.values()).size).toBe(3);
    expect(await partitions(ours)).toEqual(expected);
  });

  it('shows a Java consumer value, key and headers as the contract says', async () => {
    const topic = newTopic();
    const body = '{ "contactId": "42", "actionType":"QUEUE_TRANSFER", "ü": 9007199254740993 }';
    const { record } = toOutgoing(
      {
        eventId: 'AAAAAAAAAAAAAAAAAAAAAA',
        kind: 'contact-action',
        orderKey: '42',
        routingType: 'QUEUE_TRANSFER',
        receivedAtMs: Date.UTC(2026, 0, 31, 12),
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        body: Buffer.from(body),
      },
      { QUEUE_TRANSFER: topic },
    );
    const sink = kafkaSinkOn(broker);
    await sink.send(topic, [record], soon());
    await sink.close();
    const shown = ['print.timestamp', 'print.key', 'print.headers'].flatMap((name) => ['--property', `${name}=true`]);
    const output = await kafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
      ...['--bootstrap-server', broker, '--topic', topic, '--from-beginning', '--max-messages', '1'],
      ...['--timeout-ms', '30000', ...shown],
    ]);
    expect(output.trim()).toBe(
      [
        'CreateTime:1769860800000',
        'ce_specversion:1.0,ce_id:AAAAAAAAAAAAAAAAAAAAAA,ce_type:QUEUE_TRANSFER,ce_source:/cxone/contact-action,' +
          'ce_time:2026-01-31T12:00:00.000Z,content-type:application/json,' +
          'traceparent:00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        partitionKey('42'),
        body,
      ].join('\t'),
    );
  });
});
