import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Kafka, logLevel } from 'kafkajs';
import { startEmbeddedSqs } from '../../local/embedded/sqs.ts';
import { LOCAL_CLIENT } from '../emulators.ts';

/**
 * The least that takes an event from HTTP over SQS to Kafka, in a process of its own: no signature, no schema, no duplicates
 * found, no order. `PORT`, `BROKER`, `TOPIC`. It uses the emulator, batch size and number of pollers that the local relay uses.
 */
const { PORT = '', BROKER = '', TOPIC: topic = '' } = process.env;
const POLLERS = 2;

const { url: endpoint } = await startEmbeddedSqs();
const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint });
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'events' }));
const producer = new Kafka({ brokers: [BROKER], logLevel: logLevel.ERROR }).producer();
await producer.connect();

createServer(async (request, response) => {
  if (request.method !== 'POST') return void response.end();
  const MessageBody = (await buffer(request)).toString('utf8');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  response.writeHead(202, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ eventId: randomUUID() }));
}).listen(Number(PORT), '127.0.0.1');

async function poll(): Promise<never> {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 20,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) continue;
    const headers = { workedAt: String(Date.now()) };
    const messages = Messages.map(({ Body = '', Attributes = {} }) => ({
      value: Body,
      timestamp: Attributes.SentTimestamp ?? '',
      headers,
    }));
    await producer.send({ topic, messages });
    const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}
for (let poller = 0; poller < POLLERS; poller++) void poll();
