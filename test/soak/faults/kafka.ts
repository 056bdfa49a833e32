import { Kafka, logLevel } from 'kafkajs';
import type { KafkaService } from '../../real/services/kafka.ts';
import type { TcpProxy } from '../../real/tcp-proxy.ts';
import type { Dice } from '../dice.ts';
import type { Fault, FaultyPart } from './fault.ts';

/** Longer than the producer's own retries, too. */
const NETWORK_LASTS_MS = [300, 14_000] as const;

/** A cluster whose brokers die, whose leaderships move, and whose network fails towards one broker or all. */
export function faultyKafka(kafka: KafkaService, networks: readonly TcpProxy[], topics: readonly string[]): FaultyPart {
  const network = (name: string, weight: number, fail: (network: TcpProxy) => void): Fault => ({
    name,
    weight,
    lastsMs: NETWORK_LASTS_MS,
    begin(dice) {
      const struck = someOf(networks, dice);
      for (const one of struck) fail(one);
      return () => {
        for (const one of struck) mend(one);
      };
    },
  });
  return {
    name: 'Kafka',
    calmMs: [5000, 20_000],
    faults: [
      network('losing answers', 2, (one) => one.swallowAnswers()),
      network('not answering', 2, (one) => one.holdRequests()),
      network('refusing connections', 2, (one) => one.refuse()),
      network('forgetting connections', 1, (one) => one.forgetConnections()),
      network('leading connections nowhere', 1, (one) => one.blackholeConnections()),
      slow(networks),
      brokerKilled(kafka),
      leadersMoved(kafka, topics),
    ],
  };
}

const someOf = <T>(all: readonly T[], dice: Dice): readonly T[] => (dice.chance(0.5) ? all : [dice.pick(all)]);

/** A connection of which something was lost does not go on. */
function mend(network: TcpProxy): void {
  network.refuse();
  network.pass();
}

const slow = (networks: readonly TcpProxy[]): Fault => ({
  name: 'slow',
  weight: 2,
  lastsMs: [1000, 5000],
  begin() {
    let holds = false;
    const timer = setInterval(() => {
      holds = !holds;
      for (const network of networks) {
        if (holds) network.holdRequests();
        else network.pass();
      }
    }, 400);
    return () => {
      clearInterval(timer);
      for (const network of networks) network.pass();
    };
  },
});

/** For long enough that others take over what it led; it gets that back some seconds after its restart. */
const brokerKilled = (kafka: KafkaService): Fault => ({
  name: 'broker killed',
  weight: 2,
  lastsMs: [0, 10_000],
  async begin(dice) {
    const broker = dice.whole(kafka.proxies.length);
    await kafka.kill(broker);
    return () => kafka.restart(broker);
  },
});

/** All preferred leaders change; the cluster follows within seconds. */
const leadersMoved = (kafka: KafkaService, topics: readonly string[]): Fault => ({
  name: 'leaders moved',
  weight: 2,
  lastsMs: [0, 6000],
  async begin() {
    const retry = { retries: 1 };
    const admin = new Kafka({ brokers: [kafka.broker], clientId: 'mover', logLevel: logLevel.NOTHING, retry }).admin();
    await admin.connect();
    try {
      const existing = await admin.listTopics();
      const { topics: described } = await admin.fetchTopicMetadata({
        topics: topics.filter((name) => existing.includes(name)),
      });
      const moves = described.map(({ name, partitions }) => ({
        topic: name,
        partitionAssignment: partitions.map(({ partitionId, replicas }) => ({
          partition: partitionId,
          replicas: replicas.toReversed(),
        })),
      }));
      if (moves.length > 0) await admin.alterPartitionReassignments({ topics: moves });
    } finally {
      await admin.disconnect();
    }
    return () => undefined;
  },
});
