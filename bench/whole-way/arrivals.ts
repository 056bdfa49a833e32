import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '../../test/e2e/support/eventually.ts';
import { wallMs } from './open-loop.ts';

export interface Arrival {
  atMs: number;
  headers: Record<string, string>;
  timestampMs: number;
}

/** What a stock consumer of the topics has been handed, by the event's number, the first time. */
export interface Arrivals {
  byNumber: ReadonlyMap<number, Arrival>;
  /** @throws when they have not all arrived in time */
  waitFor(numbers: readonly number[], withinMs: number): Promise<void>;
  stop(): Promise<void>;
}

const NUMBER = /"number":(\d+)/;

/** Creates the topics, with three partitions each, and reads them from their first record. */
export async function startArrivals(broker: string, topics: readonly string[]): Promise<Arrivals> {
  const kafka = new Kafka({ brokers: [broker], clientId: 'bench', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 3 })), waitForLeaders: true });
  await admin.disconnect();
  const byNumber = new Map<number, Arrival>();
  const consumer = kafka.consumer({ groupId: 'bench', maxWaitTimeInMs: 1000 });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch }) {
      const atMs = wallMs();
      for (const { value, headers = {}, timestamp } of batch.messages) {
        const number = Number(NUMBER.exec(String(value))?.[1]);
        if (byNumber.has(number)) continue;
        const texts = Object.entries(headers).map(([name, text]) => [name, String(text)]);
        byNumber.set(number, { atMs, headers: Object.fromEntries(texts), timestampMs: Number(timestamp) });
      }
    },
  });
  await joined;
  return {
    byNumber,
    async waitFor(numbers, withinMs) {
      const missing = () => numbers.filter((number) => !byNumber.has(number)).length;
      await eventually(
        () => missing() === 0,
        () => `${missing()} of ${numbers.length} events have not arrived`,
        withinMs,
      );
    },
    stop: () => consumer.disconnect(),
  };
}
