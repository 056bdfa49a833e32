import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDrain } from '../../../functions/dedup-router/drain.ts';
import { createHandler } from '../../../functions/dedup-router/handler.ts';
import { encodeEnvelope } from '../../../lib/events/envelope.ts';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { createQueueReader, type QueueReader } from '../../../lib/platform/queue-reader.ts';
import { contactAction } from '../../support/queued-events.ts';
import { routerWorld } from '../../support/router-world.ts';
import { type LocalSqs, startSqs } from '../../support/sqs.ts';

let local: LocalSqs;
let url: string;
let reader: QueueReader;
beforeAll(async () => {
  local = await startSqs();
});
afterAll(() => local.stop());
beforeEach(async () => {
  const queue = await local.createQueue('events', { VisibilityTimeout: '600' });
  url = queue.url;
  const settings = { sqs: local.client, queueUrl: url, queueArn: queue.arn, region: 'us-east-1' };
  reader = createQueueReader({ ...settings, batchSize: 10, waitSeconds: 0 });
});

async function send(contactId: string, content: string): Promise<void> {
  const envelope = contactAction(contactId, content, Date.now());
  await local.client.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: encodeEnvelope(envelope),
      MessageGroupId: contactId,
      MessageDeduplicationId: envelope.eventId,
    }),
  );
}

/** The router in memory on the real queue; each batch takes `batchMs` of the run's minute. */
function draining(queue: QueueReader, batchMs = 50) {
  const world = routerWorld();
  world.clock.set(Date.now());
  const startMs = world.clock.nowMs();
  const handler = createHandler(world.deps);
  const batches: number[] = [];
  const givenMs: number[] = [];
  const run = createDrain({
    queue,
    log: world.log,
    async work(event, invocation) {
      batches.push(event.Records.length);
      givenMs.push(invocation.getRemainingTimeInMillis());
      world.clock.advance(batchMs);
      return handler(event, invocation);
    },
  });
  const contents = () =>
    [...world.topics.values()].flat().map(({ value }) => JSON.parse(Buffer.from(value).toString()) as Contents);
  const remainingMs = () => 60_000 - (world.clock.nowMs() - startMs);
  return { world, batches, givenMs, contents, run: () => run({ getRemainingTimeInMillis: remainingMs }) };
}
interface Contents {
  contactId: string;
  content: string;
}

describe('a run by the clock', () => {
  it('works all that waits, in full batches, and deletes it', async () => {
    for (let n = 0; n < 25; n++) await send(`contact-${n}`, String(n));
    const { run, batches, contents } = draining(reader);
    await run();
    expect(batches).toEqual([10, 10, 5]);
    expect(contents().length).toBe(25);
    await run();
    expect(batches.length).toBe(3); // nothing came again
  });

  it('keeps the order of each key', async () => {
    for (let n = 0; n < 25; n++) await send(`contact-${n % 3}`, String(n));
    const { run, contents } = draining(reader);
    await run();
    for (const key of [0, 1, 2]) {
      const mine = contents().filter(({ contactId }) => contactId === `contact-${key}`);
      expect(mine.map(({ content }) => Number(content))).toEqual(
        Array.from({ length: 25 }, (_, n) => n).filter((n) => n % 3 === key),
      );
    }
  });

  it('leaves in the queue what is to be retried, and what follows it of its key', async () => {
    for (const [key, content] of [
      ['a', '1'],
      ['a', '2'],
      ['b', '1'],
    ] as const)
      await send(key, content);
    const { run, world, contents } = draining(reader);
    world.sinkFaults.before = (_topic, records) => {
      if (records.some(({ value }) => Buffer.from(value).includes('"contactId":"a"')))
        throw new UnavailableError('kafka-unavailable', 'away');
    };
    await run();
    expect(contents().filter(({ contactId }) => contactId === 'a')).toEqual([]);
    expect(await reader.receive()).toEqual([]); // neither deleted nor visible: their time-out runs
  });

  it('begins no batch that its time-out could cut off', async () => {
    for (let n = 0; n < 40; n++) await send(`contact-${n}`, 'x');
    const { run, batches } = draining(reader, 16_000);
    await run();
    expect(batches.length).toBe(3); // at 60, 44 and 28 s, not at 12 s
    const rest = await reader.receive();
    expect(rest.length).toBe(10);
  });

  it('keeps time to delete what a batch has worked', async () => {
    await send('a', '1');
    const { run, givenMs } = draining(reader);
    await run();
    expect(givenMs).toEqual([56_000]); // of 60
  });

  it('is a failed run when the queue cannot be read, and tells of messages that could not be deleted', async () => {
    const away = { ...reader, receive: () => Promise.reject(new Error('SQS away')) };
    await expect(draining(away).run()).rejects.toThrow('SQS away');
    await send('a', '1');
    const { run, world } = draining({ ...reader, remove: async () => 1 });
    await run();
    expect(world.log.lines).toContainEqual(expect.objectContaining({ level: 'warn', records: 1 }));
  });
});
