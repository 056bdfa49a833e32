import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda';
import { systemClock } from '../lib/platform/clock.ts';
import { messageOf } from '../lib/platform/errors.ts';
import { REGION } from './template/resolve.ts';

export interface EventSourceSettings {
  sqs: SQSClient;
  queueUrl: string;
  queueArn: string;
  batchSize: number;
  pollers: number;
  invoke: (event: SQSEvent) => Promise<unknown>;
  /** Told when the queue cannot be read or messages not deleted; the poller goes on. */
  onTrouble: (message: string) => void;
}

const AFTER_TROUBLE_MS = 1000;

/**
 * Lambda's event source mapping of an SQS queue with ReportBatchItemFailures: what the function did not name as failed is
 * deleted; the rest, and the whole batch of a function that failed, comes back when its visibility ends.
 */
export function startEventSource(settings: EventSourceSettings): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loops = Array.from({ length: settings.pollers }, () => poll(settings, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function poll(settings: EventSourceSettings, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await workBatch(settings, await receive(settings, signal));
    } catch (error) {
      if (signal.aborted) return;
      settings.onTrouble(`the event source of ${settings.queueArn}: ${messageOf(error)}`);
      await systemClock.sleep(AFTER_TROUBLE_MS, signal).catch(() => undefined); // ends the loop by its condition
    }
  }
}

async function receive({ sqs, queueUrl, batchSize }: EventSourceSettings, signal: AbortSignal): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: 20,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
    { abortSignal: signal },
  );
  return Messages;
}

async function workBatch(settings: EventSourceSettings, messages: Message[]): Promise<void> {
  if (messages.length === 0) return;
  const records = messages.map((message) => recordOf(message, settings.queueArn));
  const result = await settings.invoke({ Records: records }).catch(() => undefined); // the host has logged it
  if (result === undefined) return;
  const failed = failedIds(result as SQSBatchResponse | null, messages);
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  const { Failed = [] } = await settings.sqs.send(
    new DeleteMessageBatchCommand({ QueueUrl: settings.queueUrl, Entries }),
  );
  if (Failed.length > 0)
    settings.onTrouble(`${Failed.length} worked messages could not be deleted and will come again`);
}

/** As Lambda reads it: an id that is missing or was not in the batch makes the whole batch failed. */
function failedIds(result: SQSBatchResponse | null, messages: Message[]): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId }) => MessageId ?? ''));
  const failures = result?.batchItemFailures ?? [];
  const ids = failures.map(({ itemIdentifier }) => itemIdentifier);
  return ids.every((id) => all.has(id)) ? new Set(ids) : all;
}

function recordOf(message: Message, queueArn: string): SQSRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...message.Attributes } as unknown as SQSRecord['attributes'],
    messageAttributes: attributesOf(message.MessageAttributes ?? {}),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
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
