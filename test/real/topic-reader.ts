import { Kafka, logLevel } from 'kafkajs';
import type { StoredRecord } from '../contract/topic-sink.contract.ts';

/** Without a further record. */
const READ_TIMEOUT_MS = 30_000;

/** The whole topic as a stock consumer finds it, each partition in its order; empty when there is no such topic. */
export async function readTopic(broker: string, topic: string): Promise<StoredRecord[]> {
  const kafka = new Kafka({ brokers: [broker], clientId: 'reader', logLevel: logLevel.NOTHING });
  const expected = await countRecords(kafka, topic);
  const found: StoredRecord[] = [];
  if (expected === 0) return found;
  const consumer = kafka.consumer({ groupId: `reader-${topic}-${Date.now()}`, sessionTimeout: 10_000 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${found.length} of ${expected} read`)), READ_TIMEOUT_MS);
      const eachMessage = async ({ partition, message }: { partition: number; message: KafkaMessage }) => {
        found.push(toStored(partition, message));
        timer.refresh();
        if (found.length < expected) return;
        clearTimeout(timer);
        resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return found.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

interface KafkaMessage {
  key: Buffer | null;
  value: Buffer | null;
  headers?: Record<string, Buffer | string | (Buffer | string)[] | undefined>;
  timestamp: string;
  offset: string;
}

async function countRecords(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    if (!(await admin.listTopics()).includes(topic)) return 0;
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  } finally {
    await admin.disconnect();
  }
}

function toStored(partition: number, { key, value, headers = {}, timestamp, offset }: KafkaMessage): StoredRecord {
  return {
    key: key === null ? null : key.toString('utf8'),
    value: value ?? Buffer.alloc(0),
    headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, String(header)])),
    timestampMs: Number(timestamp),
    partition,
    offset: Number(offset),
  };
}
