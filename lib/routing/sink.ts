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

/** Told of records, those that were given to `send`, as they become durable. */
export type OnConfirmed = (records: readonly OutgoingRecord[]) => void;

/** Where routed events go: Kafka in a deployment, a topic log on a laptop. One contract suite runs on both. */
export interface TopicSink {
  /**
   * Appends all records to the topic, in their order within a key, and resolves only when that is durable.
   * Rejects with RecordRefusedError when the topic can never take one of them, with a retryable error otherwise. Of a send that
   * rejects, those that `onConfirmed` was told of are durable, and no older record of their key is among the rest; the rest
   * may or may not have been written (none, after RecordRefusedError). Rejects at the latest at `deadlineMs` (epoch), and
   * nothing of this send is written after a later send to its topic has begun, or told to `onConfirmed` after it has ended.
   */
  send(topic: string, records: readonly OutgoingRecord[], deadlineMs: number, onConfirmed?: OnConfirmed): Promise<void>;
  close(): Promise<void>;
}

/** The topic can never take this record: too large, refused by the broker's rules. */
export class RecordRefusedError extends PoisonError {
  constructor(message: string, cause?: unknown) {
    super('record-refused', message, cause);
  }
}
