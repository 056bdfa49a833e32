import { randomUUID } from 'node:crypto';
import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSMessageAttributes, SQSRecord } from 'aws-lambda';

export interface QueueReaderSettings {
  sqs: Pick<SQSClient, 'send'>;
  queueUrl: string;
  queueArn: string;
  region: string;
  /** 1 to 10. */
  batchSize: number;
  /** 0 to 20: how long `receive` waits for the first message. */
  waitSeconds: number;
}

/** Messages of an SQS queue, as Lambda's event source mapping hands them to a function. */
export interface QueueReader {
  /** Empty when none came. A call that the client repeats gets the same messages: none is held without its reader knowing. */
  receive(signal?: AbortSignal): Promise<SQSRecord[]>;
  /** Up to ten. Resolves with how many could not be deleted; those come again. */
  remove(records: readonly SQSRecord[]): Promise<number>;
}

export function createQueueReader(settings: QueueReaderSettings): QueueReader {
  const { sqs, queueUrl, queueArn, region, batchSize, waitSeconds } = settings;
  return {
    async receive(signal) {
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: batchSize,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
        ...(queueUrl.endsWith('.fifo') && { ReceiveRequestAttemptId: randomUUID() }),
      });
      const { Messages = [] } = await sqs.send(command, signal ? { abortSignal: signal } : {});
      return Messages.map((message) => recordOf(message, queueArn, region));
    },
    async remove(records) {
      if (records.length === 0) return 0;
      const Entries = records.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
      const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      return Failed.length;
    },
  };
}

function recordOf(message: Message, queueArn: string, region: string): SQSRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...message.Attributes } as unknown as SQSRecord['attributes'],
    messageAttributes: attributesOf(message.MessageAttributes ?? {}),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

function attributesOf(attributes: Record<string, MessageAttributeValue>): SQSMessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue, BinaryValue, DataType = 'String' }]) => [
      name,
      {
        dataType: DataType,
        stringListValues: [],
        binaryListValues: [],
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
      },
    ]),
  ) as SQSMessageAttributes;
}
