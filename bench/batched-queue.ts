import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { contactAction, queued } from '../test/support/queued-events.ts';

export const BATCH = 10;
const FILLING = 'x'.repeat(900);

/** The events queue, filled with contact actions of about 1 KB, each of a contact of its own, and worked in batches of ten. */
export function batchedQueue(sqs: SQSClient, QueueUrl: string) {
  let contacts = 0;
  return {
    async fill(batches: number): Promise<void> {
      for (let batch = 0; batch < batches; batch++) {
        const Entries = Array.from({ length: BATCH }, (_, n) => {
          const { body, attributes } = queued(contactAction(`c-${++contacts}`, FILLING, Date.now()));
          const { MessageGroupId, MessageDeduplicationId } = attributes;
          return { Id: String(n), MessageBody: body, MessageGroupId, MessageDeduplicationId };
        });
        await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
    /** What Lambda's poller does around an invocation. */
    async work(invoke: (event: SQSEvent) => Promise<void>): Promise<void> {
      const receive = { QueueUrl, MaxNumberOfMessages: BATCH, MessageSystemAttributeNames: ['All' as const] };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
      if (Messages.length !== BATCH) throw new Error(`${Messages.length} messages instead of ${BATCH}`);
      const Records = Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: Attributes as unknown as SQSEvent['Records'][number]['attributes'],
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:events.fifo',
        awsRegion: 'us-east-1',
      }));
      await invoke({ Records });
      const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    },
  };
}
