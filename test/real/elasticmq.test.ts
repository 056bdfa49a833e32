import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { type Envelope, encodeEnvelope } from '../../lib/events/envelope.ts';
import { messageGroupOf } from '../../lib/events/message-group.ts';
import { createSqsEventQueue } from '../../lib/events/sqs-event-queue.ts';
import { UnavailableError } from '../../lib/platform/errors.ts';
import { createVisibility } from '../../lib/platform/visibility.ts';
import { startEventSource } from '../../local/event-source.ts';
import { contactAction } from '../support/queued-events.ts';
import { routerWorld } from '../support/router-world.ts';
import { type LocalSqs, startSqs } from '../support/sqs.ts';
import { realSetting } from './kafka-sinks.ts';

let sqs: LocalSqs;
let queueUrl: string;
let queueArn: string;
beforeAll(async () => {
  realSetting('RELAY_TEST_SQS_URL');
  sqs = await startSqs();
});
afterAll(() => sqs.stop());
beforeEach(async () => {
  const queue = await sqs.createQueue('events', {
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    VisibilityTimeout: '60',
  });
  [queueUrl, queueArn] = [queue.url, queue.arn];
});

const event = (contact: string, content: string) => contactAction(contact, content, Date.now());

/** As the receiver does. */
async function send(envelope: Envelope): Promise<void> {
  const ids = { groupId: messageGroupOf(envelope), deduplicationId: envelope.eventId };
  await createSqsEventQueue({ sqs: sqs.client, queueUrl }).send({ body: encodeEnvelope(envelope), ...ids }, 5000);
}

async function receive(MaxNumberOfMessages = 10): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages,
    MessageSystemAttributeNames: ['All'],
  });
  return (await sqs.client.send(command)).Messages ?? [];
}
const contentOf = ({ body }: { body: string }): string =>
  JSON.parse(Buffer.from(JSON.parse(body).body, 'base64').toString()).content;
const contents = (messages: readonly Message[]) => messages.map(({ Body = '' }) => contentOf({ body: Body }));
const handles = (messages: readonly Message[]) => messages.map(({ ReceiptHandle = '' }) => ReceiptHandle);
const comeBackAfter = (delaySeconds: number, messages: readonly Message[]) =>
  createVisibility({ sqs: sqs.client, queueUrl }).change(
    handles(messages).map((receiptHandle) => ({ receiptHandle, delaySeconds })),
  );

describe('the events queue on ElasticMQ', () => {
  it('takes an event once, however often it is sent, and after it was worked too', async () => {
    const one = event('a', 'e0');
    for (let time = 0; time < 3; time++) await send(one);
    const [message, ...more] = await receive();
    expect(more).toEqual([]);
    await sqs.client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message?.ReceiptHandle }));
    await send(one);
    expect(await receive()).toEqual([]);
  });

  it('hands out several of one group in their order, and none of it while one of them is out', async () => {
    for (let n = 0; n < 6; n++) await send(event('a', `a${n}`));
    const first = await receive(4);
    expect(contents(first)).toEqual(['a0', 'a1', 'a2', 'a3']);
    await send(event('b', 'b0'));
    expect(contents(await receive())).toEqual(['b0']);
  });

  it('has what was given back again in its order, also when it is given back one by one', async () => {
    for (let n = 0; n < 6; n++) await send(event('a', `a${n}`));
    const first = await receive(4);
    await comeBackAfter(0, first);
    const second = await receive(4);
    expect(contents(second)).toEqual(['a0', 'a1', 'a2', 'a3']);
    for (const message of second) await comeBackAfter(0, [message]);
    expect(contents(await receive())).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5']);
  });

  it('hands out nothing of a group while an elder is out, though a younger one was deleted and another given back', async () => {
    for (let n = 0; n < 5; n++) await send(event('a', `a${n}`));
    const [elder, younger, youngest] = await receive(3);
    await sqs.client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: younger?.ReceiptHandle }));
    if (youngest) await comeBackAfter(0, [youngest]);
    expect(await receive()).toEqual([]);
    if (elder) await comeBackAfter(0, [elder]);
    expect(contents(await receive())).toEqual(['a0', 'a2', 'a3', 'a4']);
  });

  it('says so when a message whose visibility is changed is gone', async () => {
    await send(event('a', 'a0'));
    const messages = await receive();
    await sqs.client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: handles(messages)[0] }));
    await expect(comeBackAfter(1, messages)).rejects.toMatchObject({ code: 'visibility-refused', retryable: true });
  });
});

describe('the router behind ElasticMQ', () => {
  it('keeps order while events of a group come in one batch and one of them fails', async () => {
    const world = routerWorld();
    Object.assign(world.settings.retry, { firstDelaySeconds: 1, maxDelaySeconds: 1 });
    world.deps.visibility = createVisibility({ sqs: sqs.client, queueUrl });
    const failuresLeft = new Map([['a3', 2]]);
    world.sinkFaults.before = (_topic, records) => {
      for (const { value } of records) {
        const { content } = JSON.parse(Buffer.from(value).toString());
        const left = failuresLeft.get(content) ?? 0;
        if (left === 0) continue;
        failuresLeft.set(content, left - 1);
        throw new UnavailableError('kafka-unavailable', 'twice');
      }
    };
    for (let n = 0; n < 9; n++) for (const contact of ['a', 'b']) await send(event(contact, `${contact}${n}`));
    const batches: SQSRecord[][] = [];
    const troubles: string[] = [];
    const source = startEventSource({
      sqs: sqs.client,
      queueUrl,
      queueArn,
      batchSize: 10,
      pollers: 1,
      async invoke({ Records }): Promise<SQSBatchResponse> {
        batches.push(Records);
        const failed = await world.work(Records);
        return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
      },
      onTrouble: (message) => troubles.push(message),
    });
    while (world.contents().length < 18) await new Promise((resolve) => setTimeout(resolve, 50));
    await source.stop();
    expect(troubles).toEqual([]);
    const groupsIn = (batch: SQSRecord[]) => batch.map(({ attributes }) => attributes.MessageGroupId);
    expect(batches.some((batch) => new Set(groupsIn(batch)).size < batch.length)).toBe(true);
    expect([...failuresLeft.values()]).toEqual([0]);
    for (const contact of ['a', 'b']) {
      const ofContact = world.contents().filter((content) => content.startsWith(contact));
      expect(ofContact).toEqual(Array.from({ length: 9 }, (_, n) => `${contact}${n}`));
    }
  });
});
