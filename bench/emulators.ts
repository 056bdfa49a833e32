import { parentPort, Worker } from 'node:worker_threads';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startEmbeddedSqs } from '../local/embedded/sqs.ts';
import { createTables, startDynamo } from '../test/support/dynalite.ts';

export interface Emulators {
  dynamoUrl: string;
  sqsUrl: string;
  /** FIFO queues, empty. */
  eventsUrl: string;
  deadLetterUrl: string;
  /** CPU time of their thread so far. */
  cpuMs(): Promise<number>;
}

export const LOCAL_CLIENT = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** SQS and DynamoDB in a thread of their own, whose CPU time is not that of what is measured. */
export async function startEmulators(): Promise<Emulators & { stop(): Promise<void> }> {
  const worker = new Worker(new URL(import.meta.url), { argv: ['serve'] });
  const urls = await new Promise<Omit<Emulators, 'cpuMs'>>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  const cpuMs = async () => {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1000;
  };
  return { ...urls, cpuMs, stop: async () => void (await worker.terminate()) };
}

async function serve(): Promise<Omit<Emulators, 'cpuMs'>> {
  const dynamo = await startDynamo();
  await createTables(dynamo.client, 'Ledger', 'InteractionState', 'DncQueue', 'DncHistory');
  const { url: sqsUrl } = await startEmbeddedSqs();
  const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: sqsUrl });
  const queue = async (QueueName: string) => {
    const Attributes = {
      FifoQueue: 'true',
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    };
    return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  };
  const [eventsUrl, deadLetterUrl] = [await queue('events.fifo'), await queue('events-dlq.fifo')];
  return { dynamoUrl: dynamo.endpoint, sqsUrl, eventsUrl, deadLetterUrl };
}

if (parentPort !== null && process.argv.includes('serve')) parentPort.postMessage(await serve());
