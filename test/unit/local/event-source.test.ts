import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { startEventSource } from '../../../local/event-source.ts';
import { eventually } from '../../e2e/support/eventually.ts';
import { type LocalSqs, startSqs } from '../../support/sqs.ts';

let sqs: LocalSqs;
let queueUrl: string;
beforeAll(async () => {
  sqs = await startSqs();
});
afterAll(() => sqs.stop());
beforeEach(async () => {
  queueUrl = (await sqs.createQueue('events', { VisibilityTimeout: '1' })).url;
});

const put = (body: string) =>
  sqs.client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageGroupId: body,
      MessageDeduplicationId: body,
      MessageAttributes: { colour: { DataType: 'String', StringValue: 'red' } },
    }),
  );
async function left(): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

/** Runs the source with this function until `until` holds; answers what each invocation was given. */
async function consume(work: (event: SQSEvent) => unknown, until: (seen: SQSEvent[]) => Promise<boolean> | boolean) {
  const seen: SQSEvent[] = [];
  const source = startEventSource({
    sqs: sqs.client,
    queueUrl,
    queueArn: 'arn:q',
    batchSize: 10,
    pollers: 1,
    async invoke(event) {
      seen.push(event);
      return work(event);
    },
    onTrouble: (message) => {
      throw new Error(message);
    },
  });
  await eventually(() => until(seen));
  await source.stop();
  return seen;
}

const bodies = (events: SQSEvent[]) => events.flatMap(({ Records }) => Records.map(({ body }) => body));

describe('the queue’s event source', () => {
  it('hands over records as Lambda does and deletes what was worked', async () => {
    await put('a');
    const [event] = await consume(
      () => ({ batchItemFailures: [] }),
      async () => (await left()) === 0,
    );
    expect(event?.Records[0]).toMatchObject({
      body: 'a',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:q',
      attributes: { MessageGroupId: 'a', ApproximateReceiveCount: '1' },
      messageAttributes: { colour: { dataType: 'String', stringValue: 'red' } },
    });
  });

  it('leaves the failed ones to come again, and only those', async () => {
    await put('good');
    await put('bad');
    const failing = ({ Records }: SQSEvent) => ({
      batchItemFailures: Records.filter(
        ({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1',
      ).map(({ messageId }) => ({ itemIdentifier: messageId })),
    });
    const seen = await consume(failing, async () => (await left()) === 0);
    expect(bodies(seen).sort()).toEqual(['bad', 'bad', 'good']);
  });

  it.each([
    ['a function that fails', () => Promise.reject(new Error('boom'))],
    ['an answer that names an unknown record', () => ({ batchItemFailures: [{ itemIdentifier: 'unknown' }] })],
    ['an answer that names none', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
  ])('gives the whole batch again after %s', async (_name, answer) => {
    await put('a');
    let calls = 0;
    const seen = await consume(
      () => (++calls === 1 ? answer() : null),
      async () => calls >= 2 && (await left()) === 0,
    );
    expect(bodies(seen)).toEqual(['a', 'a']);
  });
});
