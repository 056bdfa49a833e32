import { type MessageAttributeValue, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** A queued message that is parked, with why. */
export interface ParkedMessage {
  /** Of the message in the events queue; also the deduplication id: parking it twice within five minutes leaves one. */
  messageId: string;
  groupId: string;
  /** SQS's number of the message in the events queue: order within its group, exactly. */
  sequenceNumber?: string;
  /** Unchanged, so that a redrive sends what was received. */
  body: string;
  /** Stable code. */
  reason: string;
  detail: string;
  eventId?: string;
  parkedAtMs: number;
}

/** Where events go that can never succeed. */
export interface DeadLetters {
  /** Durable when it resolves; rejects when the queue did not take the message. */
  park(message: ParkedMessage): Promise<void>;
}

const MAX_DETAIL_CHARACTERS = 512;

/**
 * The dead-letter queue: body unchanged; the reason, and the group to which a redrive returns it, in message attributes.
 *
 * Each parked message is a group of its own there. In its old group it would hide behind its elders: SQS hands out nothing
 * more of a group while ten of it are being looked at, so that nobody could list them all or redrive one of them.
 */
export function createDeadLetters(settings: { sqs: Pick<SQSClient, 'send'>; queueUrl: string }): DeadLetters {
  return {
    async park({ messageId, groupId, sequenceNumber, body, reason, detail, eventId, parkedAtMs }) {
      await settings.sqs.send(
        new SendMessageCommand({
          QueueUrl: settings.queueUrl,
          MessageBody: body,
          MessageGroupId: messageId,
          MessageDeduplicationId: messageId,
          MessageAttributes: {
            reason: text(reason),
            detail: text(detail.slice(0, MAX_DETAIL_CHARACTERS)),
            parkedAt: text(new Date(parkedAtMs).toISOString()),
            sourceMessageId: text(messageId),
            groupId: text(groupId),
            ...(sequenceNumber === undefined ? {} : { sequenceNumber: text(sequenceNumber) }),
            ...(eventId === undefined ? {} : { eventId: text(eventId) }),
          },
        }),
      );
    },
  };
}

/** SQS refuses empty values and most control characters; a refusal would keep poison in the queue. */
function text(value: string): MessageAttributeValue {
  const StringValue = value.toWellFormed().replace(/[^\t\n\r\u{20}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '?') || '-';
  return { DataType: 'String', StringValue };
}
