import type { ICustomPartitioner, Message, PartitionMetadata } from 'kafkajs';

/** A message on its way, with whatever belongs to it. */
interface Pending {
  message: Message;
}

/** What is known of the partitions of topics; outlives producers. */
export interface KafkaPartitions {
  /** `partitioner`, from whose arguments the partitions of each topic sent to are learnt. kafkajs has no other way to ask. */
  noting(partitioner: ICustomPartitioner): ICustomPartitioner;
  /**
   * `pending` in parts, one a broker that leads partitions of it, the order of each partition kept; undefined while nothing is
   * known of the topic. **A try of such a part goes to that broker or fails before it has sent anything**: kafkajs 2.2.4 begins the
   * next try of a send as soon as one broker has failed, and sends another, whose answer is still to come, its records
   * again under new sequence numbers, which it appends twice.
   */
  byLeader<P extends Pending>(topic: string, pending: readonly P[]): (readonly P[])[] | undefined;
  /** Messages that `byLeader` was given, in parts, one a partition, for whichever broker leads it by then. */
  byPartition<P extends Pending>(pending: readonly P[]): (readonly P[])[];
}

interface KnownTopic {
  partitionMetadata: PartitionMetadata[];
  choose: ReturnType<ICustomPartitioner>;
}

export function createKafkaPartitions(): KafkaPartitions {
  const known = new Map<string, KnownTopic>();
  const leaders = new WeakMap<Message, number>();
  return {
    noting: (partitioner) => () => {
      const choose = partitioner();
      return (args) => {
        const { topic, partitionMetadata, message } = args;
        known.set(topic, { partitionMetadata, choose });
        const partition = choose(args);
        const expected = leaders.get(message);
        if (expected !== undefined && expected !== leaderOf(partitionMetadata, partition))
          throw new Error(`partition ${partition} of ${topic} has got another leader`);
        return partition;
      };
    },
    byLeader(topic, pending) {
      const found = known.get(topic);
      if (found === undefined) return undefined;
      const { partitionMetadata, choose } = found;
      const parts = Map.groupBy(pending, ({ message }) => {
        const leader = leaderOf(partitionMetadata, choose({ topic, partitionMetadata, message }));
        leaders.set(message, leader);
        return leader;
      });
      return [...parts.values()];
    },
    byPartition(pending) {
      for (const { message } of pending) leaders.delete(message);
      return [...Map.groupBy(pending, ({ message }) => message.partition).values()];
    },
  };
}

/** -1: none, as kafkajs has it. */
const leaderOf = (partitionMetadata: readonly PartitionMetadata[], partition: number): number =>
  partitionMetadata.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
