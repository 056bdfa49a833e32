import { describe, expect, it } from '@jest/globals';
import type { Message, PartitionMetadata } from 'kafkajs';
import { createPartitioner, type PartitionerName } from '../../../lib/routing/kafka-partitioners.ts';

/** A prime, so that every bit of a hash counts. */
const PARTITIONS = 10_007;

const partitions = (count: number, leaderless: readonly number[] = []): PartitionMetadata[] =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: leaderless.includes(partitionId) ? -1 : 1,
    replicas: [1],
    isr: [1],
  }));

const partitionOf = (name: PartitionerName, message: Message, count = PARTITIONS) =>
  createPartitioner(name)()({ topic: 't', partitionMetadata: partitions(count), message });

describe('partitioners', () => {
  // hashes from the tests of Java's client (UtilsTest#testMurmur2)
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('murmur2 puts %j where a Java producer puts it', (key, hash) => {
    expect(partitionOf('murmur2', { key, value: null })).toBe((hash & 0x7fffffff) % PARTITIONS);
  });

  it.each([
    ['123456789', 0xcbf43926], // CRC-32's check value
    ['pk-af63dc4c8601ec8c', 0xfcf4c96c],
  ])('crc32 puts %j where librdkafka puts it', (key, hash) => {
    expect(partitionOf('crc32', { key, value: null })).toBe(hash % PARTITIONS);
  });

  it.each(['murmur2', 'crc32'] as const)(
    '%s spreads messages without a key over partitions that have a leader',
    (name) => {
      const partitioner = createPartitioner(name)();
      const partitionMetadata = partitions(4, [2]);
      const seen = Array.from({ length: 400 }, () =>
        partitioner({ topic: 't', partitionMetadata, message: { key: null, value: null } }),
      );
      expect([...new Set(seen)].sort()).toEqual([0, 1, 3]);
    },
  );

  it.each(['murmur2', 'crc32'] as const)(
    '%s keeps a message where it was put, whatever becomes of the topic',
    (name) => {
      const partitioner = createPartitioner(name)();
      const message: Message = { key: null, value: null };
      const first = partitioner({ topic: 't', partitionMetadata: partitions(50), message });
      for (let count = 51; count < 90; count++) {
        expect(partitioner({ topic: 't', partitionMetadata: partitions(count), message })).toBe(first);
      }
    },
  );
});
