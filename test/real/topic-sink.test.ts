import { describe } from '@jest/globals';
import { topicSinkContract } from '../contract/topic-sink.contract.ts';
import { kafkaSinkOn, realSetting } from './kafka-sinks.ts';
import { readTopic } from './topic-reader.ts';

describe('Kafka sink on a real broker', () => {
  const broker = realSetting('RELAY_TEST_KAFKA_BROKERS');
  topicSinkContract({ open: () => kafkaSinkOn(broker), read: (topic) => readTopic(broker, topic) });
});
