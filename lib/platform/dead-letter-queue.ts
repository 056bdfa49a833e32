import { randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { UnavailableError } from './errors.ts';
import { queueDepth } from './queue-depth.ts';

/** A message of the dead-letter queue that is held: nobody else is handed it until it is released or the hold ends. */
export interface DeadLetter {
  messageId: string;
  receiptHandle: string;
  /** As it came from the events queue. */
  body: string;
  /** Of the events queue. */
  groupId: string;
  /** Code of why it was parked; `moved-by-sqs` for one that SQS moved after too many deliveries. */
  reason: string;
  detail: string;
  /** Epoch ms; for one that SQS moved, when it came into the dead-letter queue. */
  parkedAtMs: number;
  /** Id that the message had in the events queue, where it is known. */
  sourceMessageId: string | undefined;
  eventId: string | undefined;
  /** Order within the group. */
  sequenceNumber: string | undefined;
}

export interface DeadLetterQueueSettings {
  sqs: Pick<SQSClient, 'send'>;
  deadLetterUrl: string;
  eventsUrl: string;
  /** How long a message stays held; one that is neither released nor deleted comes back by itself after it. */
  holdSeconds: number;
  /** How long a receive waits for a first message; SQS asks all of its servers only from 1 on. */
  waitSeconds: number;
}

/** The operator's side of the dead-letter queue; parking is `dead-letters.ts`. */
export interface DeadLetterQueue {
  /** Up to ten that nobody holds; none: all are held, or none is left. */
  receive(): Promise<DeadLetter[]>;
  /** Puts them back as they were. One whose hold has ended is back already. */
  release(letters: readonly DeadLetter[]): Promise<void>;
  /**
   * Sends it to the events queue under a new deduplication id (the old one could be swallowed there) and deletes it only
   * after that. When it dies in between, the event is sent again by the next redrive and dropped by the ledger as a repeat.
   * Answers its message id in the events queue: the `sourceMessageId` under which it comes back if it is parked again.
   */
  redrive(letter: DeadLetter): Promise<string>;
  /** The first half of a redrive alone: sends to the events queue what is kept elsewhere. Answers its message id there. */
  sendAgain(message: Pick<DeadLetter, 'body' | 'groupId'>): Promise<string>;
  remove(letter: DeadLetter): Promise<void>;
  /** All that are in it, held or not; SQS counts approximately. */
  count(): Promise<number>;
}

export const MOVED_BY_SQS = 'moved-by-sqs';
const RELEASE_AT_ONCE = 10;

export function createDeadLetterQueue(settings: DeadLetterQueueSettings): DeadLetterQueue {
  const { sqs, deadLetterUrl: QueueUrl, eventsUrl, holdSeconds, waitSeconds } = settings;
  const remove = async ({ receiptHandle }: DeadLetter): Promise<void> => {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
  };
  const sendAgain = async ({ body, groupId }: Pick<DeadLetter, 'body' | 'groupId'>): Promise<string> => {
    const { MessageId = '' } = await sqs.send(
      new SendMessageCommand({
        QueueUrl: eventsUrl,
        MessageBody: body,
        MessageGroupId: groupId,
        MessageDeduplicationId: randomUUID(),
      }),
    );
    return MessageId;
  };
  return {
    async receive() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: holdSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages.map(letterOf);
    },
    async release(letters) {
      // the newest first: an emulator that puts each at the head of its group then has them in their order again
      const last = letters.toReversed();
      for (let from = 0; from < last.length; from += RELEASE_AT_ONCE) {
        const Entries = last.slice(from, from + RELEASE_AT_ONCE).map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 0,
        }));
        await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }
    },
    async redrive(letter) {
      const messageId = await sendAgain(letter);
      await remove(letter).catch((cause: unknown) => {
        throw new UnavailableError(
          'dead-letter-not-deleted',
          `message ${letter.messageId} was redriven but could not be deleted; redriving it again does no harm`,
          cause,
        );
      });
      return messageId;
    },
    sendAgain,
    remove,
    count: () => queueDepth(sqs, QueueUrl),
  };
}

function letterOf({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, ...message }: Message): DeadLetter {
  const text = (name: string) => message.MessageAttributes?.[name]?.StringValue;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    groupId: text('groupId') ?? Attributes.MessageGroupId ?? MessageId,
    reason: text('reason') ?? MOVED_BY_SQS,
    detail: text('detail') ?? 'moved by SQS after too many deliveries; the log tells of each',
    parkedAtMs: timeOf(text('parkedAt')) ?? Number(Attributes.SentTimestamp ?? 0),
    sourceMessageId: text('sourceMessageId'),
    eventId: text('eventId'),
    sequenceNumber: /^\d+$/.exec(text('sequenceNumber') ?? '')?.[0],
  };
}

function timeOf(iso: string | undefined): number | undefined {
  const ms = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}
