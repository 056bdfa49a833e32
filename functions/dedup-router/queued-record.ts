import type { SQSRecord } from 'aws-lambda';

/** One message of the batch, as SQS delivered it. */
export interface QueuedRecord {
  messageId: string;
  receiptHandle: string;
  groupId: string;
  /** Grows within a group. */
  sequenceNumber?: string;
  body: string;
  /** Deliveries so far, this one included. */
  receiveCount: number;
  /**
   * When it entered this queue (epoch ms). What an event's patience is measured by: SQS drops a message 14 days after this,
   * and an event redriven from the dead-letter queue, whose receipt may be weeks ago, starts anew.
   */
  queuedAtMs: number;
}

export function readRecord({ messageId, receiptHandle, body, attributes }: SQSRecord): QueuedRecord {
  return {
    messageId,
    receiptHandle,
    body,
    groupId: attributes.MessageGroupId ?? messageId,
    ...(attributes.SequenceNumber === undefined ? {} : { sequenceNumber: attributes.SequenceNumber }),
    receiveCount: Number(attributes.ApproximateReceiveCount),
    queuedAtMs: Number(attributes.SentTimestamp),
  };
}
