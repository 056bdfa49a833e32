import { createHmac, randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { encodeEnvelope } from '../../lib/events/envelope.ts';
import { messageGroupOf } from '../../lib/events/message-group.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import type { FieldError } from '../../lib/platform/errors.ts';
import type { Stage } from '../../lib/stage/stage.ts';
import { queuedAgain } from './late-repeat.ts';
import { repeatOf, SAMPLE_KINDS, type SampleKind, sampleEvent } from './sample-event.ts';

/** What was sent and what it was answered. */
export interface Sent {
  /** The webhook's answer; null: it was put into the queue, past the webhook. */
  status: number | null;
  /** null: it was not taken, or is no event. */
  eventId: string | null;
  /** null: it was not put into the queue from here. */
  messageId: string | null;
  /** Why the webhook did not take it; null: it did, or was not asked. */
  refusal: string | null;
}

export interface SampleSenderSettings {
  /** `http://127.0.0.1:<port>` */
  url: string;
  webhookSecret: string;
  sqs: SQSClient;
  eventsUrl: string;
  stage: Pick<Stage, 'dedup' | 'dnc'>;
  /** Whether an event is known to have been routed. */
  isRouted: (eventId: string) => boolean;
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

interface LastSent {
  kind: SampleKind;
  event: Record<string, unknown>;
  eventId: string | null;
}

const PATH = '/cxone/events';
const ACCEPTED = 202;
const MOST_FIELDS = 3;

export function createSampleSender(settings: SampleSenderSettings) {
  let last: LastSent | undefined;
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
    'late-repeat': () => sendLate(settings, lastSent()),
    poison: () => enqueue(settings, 'no event at all', 'poison', null),
  };
  return { send: (action: SendAction, kind: SampleKind = SAMPLE_KINDS[0]) => actions[action](kind) };
}

async function post({ url }: SampleSenderSettings, event: object, secret: string): Promise<Sent> {
  const body = JSON.stringify(event);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-cxone-signature': `sha256=${signature}` };
  const response = await fetch(url + PATH, { method: 'POST', headers, body });
  const { status } = response;
  const answer = (await response.json()) as WebhookAnswer;
  return status === ACCEPTED
    ? { status, eventId: answer.eventId ?? null, messageId: null, refusal: null }
    : { status, eventId: null, messageId: null, refusal: refusalIn(answer) };
}

/** Of a 202, of problem+json, or of the gateway itself. */
interface WebhookAnswer {
  eventId?: string;
  title?: string;
  detail?: string;
  errors?: FieldError[];
  message?: string;
}

function refusalIn({ title, detail, errors = [], message }: WebhookAnswer): string {
  const fields = errors.slice(0, MOST_FIELDS).map((field) => `${field.path} ${field.message}`.trim());
  return [title ?? message ?? 'no reason given', ...(detail === undefined ? [] : [detail]), ...fields].join('; ');
}

/** Only what was routed can be dropped: before that the repeat could be told as the event, or be routed in its place. */
async function sendLate(settings: SampleSenderSettings, { event, eventId }: LastSent): Promise<Sent> {
  if (eventId === null || !settings.isRouted(eventId)) {
    throw new CannotSend('the last event is not known to be routed; wait until it is, or send a new one');
  }
  const envelope = queuedAgain(event, settings.stage, systemClock.nowMs());
  return enqueue(settings, encodeEnvelope(envelope), messageGroupOf(envelope), envelope.eventId);
}

async function enqueue(
  { sqs, eventsUrl }: SampleSenderSettings,
  body: string,
  groupId: string,
  eventId: string | null,
): Promise<Sent> {
  const { MessageId = null } = await sqs.send(
    new SendMessageCommand({
      QueueUrl: eventsUrl,
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: randomUUID(),
    }),
  );
  return { status: null, eventId, messageId: MessageId, refusal: null };
}
