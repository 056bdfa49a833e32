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
/** A partition for each leader that is named. */
const metadata = (leaders: readonly number[]): PartitionMetadata[] =>
  leaders.map((leader, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader,
    replicas: [...new Set(leaders)],
    isr: [...new Set(leaders)],
  }));
const pending = (key: number, value: string): { message: Message } => ({ message: { key: String(key), value } });

const valuesOf = (parts: (readonly { message: Message }[])[] | undefined) =>
  parts?.map((part) => part.map(({ message }) => message.value));

/** As kafkajs tells of a topic: by asking the partitioner. */
function told(leaders: readonly number[]) {
  const known = createKafkaPartitions();
  known.noting(byKey)()({ topic: TOPIC, partitionMetadata: metadata(leaders), ...pending(0, 'told') });
  return known;
}

describe('partitions of a topic', () => {
  it('are unknown until kafkajs has asked for one', () => {
    expect(createKafkaPartitions().byLeader(TOPIC, [pending(0, 'a')])).toBeUndefined();
    expect(told([1]).byLeader('another', [pending(0, 'a')])).toBeUndefined();
  });

  it('are sent together as far as one broker leads them, each in its order', () => {
    const all = [pending(0, 'a'), pending(1, 'b'), pending(2, 'c'), pending(0, 'd'), pending(1, 'e')];
    expect(valuesOf(told([7, 8, 7]).byLeader(TOPIC, all))).toEqual([
      ['a', 'c', 'd'],
      ['b', 'e'],
    ]);
  });

  it('are not asked for once another broker leads one of them, but singly they are', () => {
    const partitions = told([7, 7]);
    const all = [pending(0, 'a'), pending(1, 'b')];
    const [part] = partitions.byLeader(TOPIC, all) ?? [];
    const choose = partitions.noting(byKey)();
    const ask = (led: readonly number[]) =>
      part?.map(({ message }) => choose({ topic: TOPIC, partitionMetadata: metadata(led), message }));
    expect(ask([7, 7])).toEqual([0, 1]);
    expect(() => ask([7, 8])).toThrow('partition 1 of t has got another leader');
    expect(valuesOf(partitions.byPartition(all))).toEqual([['a'], ['b']]);
    expect(ask([8, 9])).toEqual([0, 1]);
  });

  it('outlive the producer that told of them, and follow a topic that grows', () => {
    const partitions = told([7]);
    const all = [pending(0, 'a'), pending(1, 'b')];
    expect(partitions.byLeader(TOPIC, all)).toHaveLength(1);
    partitions.noting(byKey)()({ topic: TOPIC, partitionMetadata: metadata([7, 8]), ...pending(0, 'told') });
    const grown = [pending(0, 'a'), pending(1, 'b')];
    expect(partitions.byLeader(TOPIC, grown)).toHaveLength(2);
  });
});
