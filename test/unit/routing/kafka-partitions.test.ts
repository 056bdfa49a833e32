import { describe, expect, it } from '@jest/globals';
import type { Message, PartitionMetadata } from 'kafkajs';
import { createKafkaPartitions } from '../../../lib/routing/kafka-partitions.ts';

const TOPIC = 't';
/** Partition by the key's number; each has the leader and the replicas that are given. */
const byKey = () => (args: { message: Message }) => {
  args.message.partition = Number(args.message.key);
  return args.message.partition;
};
const metadata = (...replicas: readonly (readonly number[])[]): PartitionMetadata[] =>
  replicas.map((ids, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: ids[0] ?? -1,
    replicas: [...ids],
    isr: [...ids],
  }));
const message = (key: number, value: string): Message => ({ key: String(key), value });

/** As kafkajs tells of a topic: by asking the partitioner. */
function told(partitionMetadata: PartitionMetadata[]) {
  const partitions = createKafkaPartitions();
  partitions.noting(byKey)()({ topic: TOPIC, partitionMetadata, message: message(0, 'told') });
  return partitions;
}

describe('partitions of a topic', () => {
  it('are unknown until kafkajs has asked for one', () => {
    expect(createKafkaPartitions().split(TOPIC, [message(0, 'a')])).toBeUndefined();
    expect(told(metadata([1])).split('another', [message(0, 'a')])).toBeUndefined();
  });

  it('are sent together when one broker holds them all', () => {
    const messages = [message(0, 'a'), message(1, 'b'), message(0, 'c')];
    expect(told(metadata([1], [1])).split(TOPIC, messages)).toEqual([messages]);
  });

  it.each([
    ['leaders differ', metadata([1], [2])],
    ['a leadership may move', metadata([1, 2], [1, 2])],
  ])('are sent one by one, each in its order, when %s', (_, partitionMetadata) => {
    const messages = [message(0, 'a'), message(1, 'b'), message(0, 'c'), message(1, 'd')];
    const parts = told(partitionMetadata).split(TOPIC, messages);
    expect(parts?.map((part) => part.map(({ value }) => value))).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
  });

  it('outlive the producer that told of them, and follow a topic that grows', () => {
    const partitions = told(metadata([1], [1]));
    partitions.noting(byKey)()({ topic: TOPIC, partitionMetadata: metadata([1], [2]), message: message(0, 'told') });
    expect(partitions.split(TOPIC, [message(0, 'a'), message(1, 'b')])).toHaveLength(2);
  });
});
