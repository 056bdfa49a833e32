import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { admissionOf } from '../../../../functions/webhook-receiver/admission.ts';
import { recognise } from '../../../../functions/webhook-receiver/steps.ts';
import { decodeEnvelope } from '../../../../lib/events/envelope.ts';
import { messageGroupOf } from '../../../../lib/events/message-group.ts';
import { parseStage } from '../../../../lib/stage/parse.ts';
import {
  bufferedServer,
  type LoopbackServer,
  listenOnLoopback,
  sendJson,
} from '../../../../local/embedded/loopback-server.ts';
import { SAMPLE_KINDS } from '../../../../local/panel/sample-event.ts';
import { createSampleSender } from '../../../../local/panel/sample-sender.ts';
import { type LocalSqs, startSqs } from '../../../support/sqs.ts';

const stage = parseStage('local', {});

let sqs: LocalSqs;
let eventsUrl: string;
/** The webhook, which answers whatever a test wants. */
let webhook: LoopbackServer;
let answer: { status: number; json: object };
let posted: string;
const routed = new Set<string>();
beforeAll(async () => {
  sqs = await startSqs();
  webhook = await listenOnLoopback(
    bufferedServer((_request, body, response) => {
      posted = body.toString();
      sendJson(response, answer.status, answer.json);
    }),
  );
});
afterAll(async () => {
  await webhook.close();
  await sqs.stop();
});
beforeEach(async () => {
  eventsUrl = (await sqs.createQueue('events')).url;
  routed.clear();
});

const newSender = () =>
  createSampleSender({
    url: webhook.url,
    webhookSecret: 'secret',
    sqs: sqs.client,
    eventsUrl,
    stage,
    isRouted: (eventId) => routed.has(eventId),
  });
async function queued() {
  const command = new ReceiveMessageCommand({
    QueueUrl: eventsUrl,
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All'],
  });
  return (await sqs.client.send(command)).Messages ?? [];
}
async function left(): Promise<number> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: eventsUrl,
    AttributeNames: ['ApproximateNumberOfMessages'],
  });
  return Number((await sqs.client.send(command)).Attributes?.ApproximateNumberOfMessages);
}

describe('what the console sends', () => {
  it.each([
    [
      422,
      {
        title: 'Event does not fit',
        detail: 'by schema 7',
        errors: [{ path: 'contactId', message: 'must be a number' }],
      },
      'Event does not fit; by schema 7; contactId must be a number',
    ],
    [503, { message: 'Service Unavailable' }, 'Service Unavailable'],
  ])('and is answered %i is told with the reason, and is no event to wait for', async (status, json, refusal) => {
    answer = { status, json };
    expect(await newSender().send('new')).toEqual({ status, eventId: null, messageId: null, refusal });
  });

  it('and is accepted is told by its id', async () => {
    answer = { status: 202, json: { status: 'accepted', eventId: 'e-1' } };
    expect(await newSender().send('new')).toEqual({ status: 202, eventId: 'e-1', messageId: null, refusal: null });
  });

  it('as poison is told by the message that it is', async () => {
    const { messageId, eventId } = await newSender().send('poison');
    expect([eventId, (await queued()).map(({ MessageId }) => MessageId)]).toEqual([null, [messageId]]);
  });
});

describe('a late repeat', () => {
  it.each(SAMPLE_KINDS)(
    'of a %s that was routed is what the receiver would queue now, past the queue’s memory',
    async (kind) => {
      const sender = newSender();
      answer = { status: 202, json: { eventId: 'e-1' } };
      await sender.send('new', kind);
      routed.add('e-1');
      const startMs = Date.now();
      for (let times = 0; times < 2; times++) expect(await sender.send('late-repeat')).toMatchObject({ status: null });
      expect(await left()).toBe(2);
      const [message] = await queued();
      const { receivedAtMs, ...envelope } = decodeEnvelope(message?.Body ?? '');
      expect(receivedAtMs).toBeGreaterThanOrEqual(startMs);
      const body = Buffer.from(posted);
      const received = recognise(body, null, admissionOf(stage));
      expect(envelope).toEqual({ ...received, body });
      expect([received.kind, message?.Attributes?.MessageGroupId]).toEqual([kind, messageGroupOf(received)]);
    },
  );

  it.each([
    ['that was refused', 400],
    ['that is still on its way', 202],
  ])('of an event %s cannot be had', async (_, status) => {
    const sender = newSender();
    answer = { status, json: { eventId: 'e-1' } };
    await sender.send('new');
    await expect(sender.send('late-repeat')).rejects.toThrow(/not known to be routed/);
    expect(await queued()).toEqual([]);
  });
});
