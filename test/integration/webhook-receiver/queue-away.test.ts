import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { recordingServer } from '../../support/recording-server.ts';
import { sqsAt, startQueue } from './support/events-queue.ts';
import { receiver } from './support/receiver.ts';

let queue: Awaited<ReturnType<typeof startQueue>>;
beforeAll(async () => {
  queue = await startQueue();
});
afterAll(() => queue.close());

const body = '{"actionType":"QUEUE_TRANSFER","contactId":"c"}';

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

it('answers 503 while the queue is away, and the same event sent again is taken once', async () => {
  const sqs = sqsAt(await closedPort());
  const away = receiver({ sqs, queueUrl: queue.queueUrl });
  const { status, headers, json } = await away.post({ body });
  expect([status, headers['retry-after'], headers['content-type']]).toEqual([503, '30', 'application/problem+json']);
  expect(json).toMatchObject({ type: 'urn:cxone-relay:problem:queue-unavailable', status: 503 });
  expect(away.log.lines).toEqual([expect.objectContaining({ level: 'error', reason: 'queue-unavailable' })]);
  expect(away.metrics.values).toEqual([
    { name: 'EventsRejected', value: 1, dimensions: { reason: 'queue-unavailable' } },
  ]);
  expect(await queue.messages()).toEqual([]);

  const back = receiver(queue);
  expect((await back.post({ body })).status).toBe(202);
  expect((await back.post({ body })).status).toBe(202);
  expect(await queue.messages()).toHaveLength(1);
  sqs.destroy();
});

it('answers 503 when the queue refuses', async () => {
  const server = await recordingServer((response) => {
    response.writeHead(500);
    response.end('{"__type":"InternalError"}');
  });
  const sqs = sqsAt(server.url);
  expect((await receiver({ sqs, queueUrl: `${server.url}/q.fifo` }).post({ body })).status).toBe(503);
  sqs.destroy();
  await server.close();
});

it('answers 503 before its own time is up when the queue stalls', async () => {
  const server = await recordingServer(() => {}); // takes the request and never answers
  const sqs = sqsAt(server.url, 60_000);
  const { post } = receiver({ sqs, queueUrl: `${server.url}/q.fifo` });
  const { status } = await post({ body, remainingMs: 1000 });
  expect(status).toBe(503);
  sqs.destroy();
  await server.close();
});

it('gives the queue no more time than leaves some for the answer', async () => {
  const timeoutsMs: number[] = [];
  const { post } = receiver(queue, { queue: { send: async (_event, timeoutMs) => void timeoutsMs.push(timeoutMs) } });
  for (const remainingMs of [10_000, 1000, 100]) await post({ body, remainingMs });
  expect(timeoutsMs).toEqual([7000, 500, 1]);
});
