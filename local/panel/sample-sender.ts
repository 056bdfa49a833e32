import { createHmac, randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { encodeEnvelope } from '../../lib/events/envelope.ts';
import { messageGroupOf } from '../../lib/events/message-group.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import type { RecentMessages } from '../watch/recent-messages.ts';
import { repeatOf, SAMPLE_KINDS, type SampleKind, sampleEvent } from './sample-event.ts';

/** What was sent and what it was answered. */
export interface Sent {
  /** The webhook's answer; null: it was put into the queue, past the webhook. */
  status: number | null;
  eventId: string | null;
  /** The webhook's answer as it came. */
  answer: string;
}

export interface SampleSenderSettings {
  /** `http://127.0.0.1:<port>` */
  url: string;
  webhookSecret: string;
  sqs: SQSClient;
  eventsUrl: string;
  messages: RecentMessages;
}

/**
 * - `new`: a signed event. `repeat`: the last one again, signed. `forge`: one with a signature of another secret.
 * - `late-repeat`: the last one again, past the queue's own five minutes: as what the router gets when it comes later.
 * - `poison`: a message that is no event, put into the queue.
 */
export const SEND_ACTIONS = ['new', 'repeat', 'late-repeat', 'forge', 'poison'] as const;
export type SendAction = (typeof SEND_ACTIONS)[number];

/** What was asked for cannot be done now; the message says why. */
export class CannotSend extends Error {}

const PATH = '/cxone/events';

export function createSampleSender(settings: SampleSenderSettings) {
  let last: { kind: SampleKind; event: Record<string, unknown>; eventId: string | null } | undefined;
  let number = 0;
  let attempt = 0;
  const lastSent = () => {
    if (last === undefined) throw new CannotSend('send an event first');
    return last;
  };
  const actions: Record<SendAction, (kind: SampleKind) => Promise<Sent>> = {
    async new(kind) {
      const event = sampleEvent(kind, number++, systemClock.nowMs());
      const sent = await post(settings, event, settings.webhookSecret);
      last = { kind, event, eventId: sent.eventId };
      return sent;
    },
    repeat() {
      const { kind, event } = lastSent();
      return post(settings, repeatOf(kind, event, ++attempt), settings.webhookSecret);
    },
    forge: (kind) => post(settings, sampleEvent(kind, number, systemClock.nowMs()), randomUUID()),
    'late-repeat': () => sendLate(settings, lastSent().eventId),
    async poison() {
      await enqueue(settings, 'no event at all', 'poison');
      return { status: null, eventId: null, answer: '' };
    },
  };
  return { send: (action: SendAction, kind: SampleKind = SAMPLE_KINDS[0]) => actions[action](kind) };
}

async function post({ url }: SampleSenderSettings, event: object, secret: string): Promise<Sent> {
  const body = JSON.stringify(event);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-cxone-signature': `sha256=${signature}` };
  const response = await fetch(url + PATH, { method: 'POST', headers, body });
  const answer = await response.text();
  const [, eventId = null] = /"eventId":"([\w-]+)"/.exec(answer) ?? [];
  return { status: response.status, eventId, answer };
}

async function sendLate(settings: SampleSenderSettings, eventId: string | null): Promise<Sent> {
  const envelope = eventId === null ? undefined : settings.messages.envelopeOf(eventId);
  if (envelope === undefined) throw new CannotSend('the last event has not come to the router; send a new one');
  const body = encodeEnvelope({ ...envelope, receivedAtMs: systemClock.nowMs() });
  await enqueue(settings, body, messageGroupOf(envelope));
  return { status: null, eventId, answer: '' };
}

async function enqueue({ sqs, eventsUrl }: SampleSenderSettings, body: string, groupId: string): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: eventsUrl,
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: randomUUID(),
    }),
  );
}
