import { createKafkaSink, type KafkaSinkSettings } from '../../lib/routing/kafka-sink.ts';
import type { TopicSink } from '../../lib/routing/sink.ts';
import { recordingLog } from '../support/log.ts';

/** A setting that `npm run test:real` gives to the tests. */
export function realSetting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run these tests by npm run test:real`);
  return value;
}

export function kafkaSinkOn(broker: string, extra: Partial<KafkaSinkSettings> = {}): TopicSink {
  return createKafkaSink({
    brokers: [broker],
    clientId: 'relay-test',
    tls: false,
    sasl: { mechanism: 'none' },
    partitioner: 'murmur2',
    log: recordingLog(),
    ...extra,
  });
}
