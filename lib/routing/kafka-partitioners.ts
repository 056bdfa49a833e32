import { crc32 } from 'node:zlib';
import { type ICustomPartitioner, type PartitionerArgs, Partitioners } from 'kafkajs';

/** `murmur2`: as Java's clients; `crc32`: as librdkafka's `consistent_random`. Without a key: any partition that has a leader. */
export type PartitionerName = 'murmur2' | 'crc32';

/**
 * Gives each message its partition once, and writes it into the message. kafkajs asks again for every try of a send: a
 * message without key would then move, and take the sequence number under which the broker has already appended another one
 * in the first try. The broker would call it a duplicate, and it would vanish.
 */
export function createPartitioner(name: PartitionerName): ICustomPartitioner {
  return () => {
    const choose = name === 'murmur2' ? Partitioners.DefaultPartitioner() : crc32Partition;
    return (args) => {
      args.message.partition ??= choose(args);
      return args.message.partition;
    };
  };
}

function crc32Partition({ partitionMetadata, message: { key } }: PartitionerArgs): number {
  if (key !== null && key !== undefined) return crc32(key) % partitionMetadata.length;
  const led = partitionMetadata.filter(({ leader }) => leader >= 0);
  const candidates = led.length > 0 ? led : partitionMetadata;
  return candidates[Math.floor(Math.random() * candidates.length)]?.partitionId ?? 0;
}
