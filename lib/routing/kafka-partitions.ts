import type { ICustomPartitioner, Message, PartitionMetadata } from 'kafkajs';

/** What is known of the partitions of topics; outlives producers. */
export interface KafkaPartitions {
  /** `partitioner`, from whose arguments the partitions of each topic sent to are learnt. kafkajs has no other way to ask. */
  noting(partitioner: ICustomPartitioner): ICustomPartitioner;
  /** `pending` in parts, one a partition and in its order; undefined while nothing is known of the topic. */
  split<P extends { message: Message }>(topic: string, pending: readonly P[]): (readonly P[])[] | undefined;
}

interface KnownTopic {
  partitionMetadata: PartitionMetadata[];
  choose: ReturnType<ICustomPartitioner>;
}

export function createKafkaPartitions(): KafkaPartitions {
  const known = new Map<string, KnownTopic>();
  return {
    noting: (partitioner) => () => {
      const choose = partitioner();
      return (args) => {
        known.set(args.topic, { partitionMetadata: args.partitionMetadata, choose });
        return choose(args);
      };
    },
    split(topic, pending) {
      const found = known.get(topic);
      if (found === undefined) return undefined;
      const { partitionMetadata, choose } = found;
      return [...Map.groupBy(pending, ({ message }) => choose({ topic, partitionMetadata, message })).values()];
    },
  };
}
