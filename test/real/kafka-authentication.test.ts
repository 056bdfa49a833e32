import { describe, expect, it } from '@jest/globals';
import type { KafkaCredentials } from '../../lib/routing/kafka-authentication.ts';
import { newTopic, numbered, numbersOf, soon } from '../contract/topic-sink.contract.ts';
import { kafkaSinkOn, realSetting } from './kafka-sinks.ts';
import { SASL_USER } from './services/kafka.ts';
import { readTopic } from './topic-reader.ts';

/** A secret whose value changes when it is fetched anew. */
function rotatingSecret(values: KafkaCredentials[]) {
  return {
    get: async () => values[0] ?? SASL_USER,
    refetch: async () => values.shift() !== undefined,
  };
}

describe('SASL', () => {
  const broker = realSetting('RELAY_TEST_KAFKA_SASL_BROKERS');
  const wrong = { username: 'relay', password: 'the one before' };

  it('lets the relay in with its name and password, and takes up a rotated one after a refusal', async () => {
    const topic = newTopic();
    const sink = kafkaSinkOn(broker, { sasl: { mechanism: 'plain', credentials: rotatingSecret([wrong]) } });
    const refused = sink.send(topic, [numbered('k', 1)], soon());
    await expect(refused).rejects.toMatchObject({ code: 'kafka-authentication', retryable: true });
    await sink.send(topic, [numbered('k', 2)], soon());
    await sink.close();
    const stored = await readTopic(realSetting('RELAY_TEST_KAFKA_BROKERS'), topic);
    expect(numbersOf(stored, 'k')).toEqual([2]);
  });
});
