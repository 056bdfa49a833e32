import { PoisonError } from '../platform/errors.ts';

/** One event as it leaves for a topic (contract §2). */
export interface OutgoingRecord {
  /** `pk-` + 16 hex digits, or null for an event without order key. */
  key: string | null;
  /** The body as CXone sent it, or its Avro form. */
  value: Uint8Array;
  /** CloudEvents binary binding; text, ASCII names. */
  headers: Record<string, string>;
  /** Milliseconds since the epoch: time of receipt. */
  timestampMs: number;
}

/** Where routed events go: Kafka in a deployment, a topic log on a laptop. One contract suite runs on both. */
export interface TopicSink {
  /**
   * Appends all records to the topic, in their order within a key, and resolves only when that is durable.
   * Rejects with RecordRefusedError when the topic can never take one of them (none may be assumed written), with a
   * retryable error otherwise: then any of them may or may not have been written. Rejects at the latest at `deadlineMs`
   * (epoch), and nothing of this send is written after a later send has begun.
   */
  send(topic: string, records: readonly OutgoingRecord[], deadlineMs: number): Promise<void>;
  close(): Promise<void>;
}

/** The topic can never take this record: too large, refused by the broker's rules. */
export class RecordRefusedError extends PoisonError {
  constructor(message: string, cause?: unknown) {
    super('record-refused', message, cause);
  }
}
