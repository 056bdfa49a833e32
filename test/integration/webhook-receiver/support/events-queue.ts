import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { decodeEnvelope, type Envelope } from '../../../../lib/events/envelope.ts';

const QUEUE = 'cxone-relay-test-events.fifo';

export interface QueuedMessage {
  envelope: Envelope;
  groupId: string;
  deduplicationId: string;
}

/** A real SQS API on loopback with an empty events queue. */
export async function startQueue() {
  const app = buildApp({ logger: false });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const sqs = sqsAt(url);
  const Attributes = {
    FifoQueue: 'true',
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
  };
  const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE, Attributes }));
  return {
    sqs,
    queueUrl,
    /** All that was ever queued, in order: nobody receives. */
    async messages(): Promise<QueuedMessage[]> {
      const inspected = (await (await fetch(`${url}/_fauxqs/queues/${QUEUE}`)).json()) as Inspected;
      return inspected.messages.ready.map(({ body, messageGroupId, messageDeduplicationId }) => ({
        envelope: decodeEnvelope(body),
        groupId: messageGroupId,
        deduplicationId: messageDeduplicationId,
      }));
    },
    async close() {
      sqs.destroy();
      await app.close();
    },
  };
}

interface Inspected {
  messages: { ready: { body: string; messageGroupId: string; messageDeduplicationId: string }[] };
}

export const sqsAt = (endpoint: string, timeoutMs = 5000): SQSClient =>
  new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 2,
    requestHandler: { requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
