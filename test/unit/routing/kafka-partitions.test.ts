import { describe, expect, it } from '@jest/globals';
import type { Message, PartitionerArgs, PartitionMetadata } from 'kafkajs';
import { createKafkaPartitions } from '../../../lib/routing/kafka-partitions.ts';

const TOPIC = 't';
/** Partition by the key's number, of as many as there are. */
const byKey =
  () =>
  ({ message, partitionMetadata }: PartitionerArgs): number => {
    message.partition = Number(message.key) % partitionMetadata.length;
    return message.partition;
  };
const metadata = (partitions: number): PartitionMetadata[] =>
  Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));
const pending = (key: number, value: string): { message: Message } => ({ message: { key: String(key), value } });

/** As kafkajs tells of a topic: by asking the partitioner. */
function told(partitions: number) {
  const known = createKafkaPartitions();
  known.noting(byKey)()({ topic: TOPIC, partitionMetadata: metadata(partitions), ...pending(0, 'told') });
  return known;
}

describe('partitions of a topic', () => {
  it('are unknown until kafkajs has asked for one', () => {
    expect(createKafkaPartitions().split(TOPIC, [pending(0, 'a')])).toBeUndefined();
    expect(told(1).split('another', [pending(0, 'a')])).toBeUndefined();
  });

  it('are sent one by one, each in its order', () => {
    const all = [pending(0, 'a'), pending(1, 'b'), pending(0, 'c'), pending(1, 'd')];
    const parts = told(2).split(TOPIC, all);
    expect(parts?.map((part) => part.map(({ message }) => message.value))).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
  });

  it('outlive the producer that told of them, and follow a topic that grows', () => {
    const partitions = told(1);
    const all = [pending(0, 'a'), pending(1, 'b')];
    expect(partitions.split(TOPIC, all)).toHaveLength(1);
    partitions.noting(byKey)()({ topic: TOPIC, partitionMetadata: metadata(2), ...pending(0, 'told') });
    expect(partitions.split(TOPIC, all)).toHaveLength(2);
  });
});
