import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startEmbeddedSqs } from '../../local/embedded/sqs.ts';

export interface LocalSqs {
  client: SQSClient;
  /** A new FIFO queue, whose name begins with `name`. */
  createQueue(name: string, attributes?: Record<string, string>): Promise<{ url: string; arn: string }>;
  stop(): Promise<void>;
}

/** An SQS without queues: one in this process, or what `RELAY_TEST_SQS_URL` names, which others use too. */
export async function startSqs(): Promise<LocalSqs> {
  const shared = process.env.RELAY_TEST_SQS_URL;
  const server = shared === undefined ? await startEmbeddedSqs() : { url: shared, close: async () => undefined };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint: server.url, region: 'us-east-1', credentials });
  return {
    client,
    async createQueue(name, attributes = {}) {
      const QueueName = `${name}-${randomUUID()}.fifo`;
      const Attributes = { FifoQueue: 'true', ...attributes };
      const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
      return { url: QueueUrl, arn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}` };
    },
    async stop() {
      client.destroy();
      await server.close();
    },
  };
}
