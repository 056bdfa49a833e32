import type { ICustomPartitioner, Message, PartitionMetadata } from 'kafkajs';

/** What is known of the partitions of topics; outlives producers. */
export interface KafkaPartitions {
  /** `partitioner`, from whose arguments the partitions of each topic sent to are learnt. kafkajs has no other way to ask. */
  noting(partitioner: ICustomPartitioner): ICustomPartitioner;
  /**
   * `messages` in parts, each for one broker at any time, the order of each partition kept; undefined while nothing is known
   * of the topic. Gives every message its partition.
   */
  split(topic: string, messages: Message[]): Message[][] | undefined;
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
    split(topic, messages) {
      const found = known.get(topic);
      if (found === undefined) return undefined;
      const { partitionMetadata, choose } = found;
      const brokers = new Set(partitionMetadata.flatMap(({ leader, replicas }) => [leader, ...replicas]));
      if (brokers.size === 1) return [messages];
      const parts = Map.groupBy(messages, (message) => choose({ topic, partitionMetadata, message }));
      return [...parts.values()];
    },
  };
}
