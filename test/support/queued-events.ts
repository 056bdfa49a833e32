import { createHash } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { type Envelope, encodeEnvelope } from '../../lib/events/envelope.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** A contact action of INTERACTION_CREATED; `content` is what tells it from others. */
export function contactAction(contactId: string | null, content: string, receivedAtMs: number): Envelope {
  const body = Buffer.from(JSON.stringify({ actionType: 'INTERACTION_CREATED', contactId, content }));
  const eventId = digest(`contact-action ${body}`);
  return {
    eventId,
    kind: 'contact-action',
    orderKey: contactId,
    routingType: 'INTERACTION_CREATED',
    receivedAtMs,
    body,
  };
}

export function interactionUpdate(interactionId: string, updatedTimestamp: string, receivedAtMs: number): Envelope {
  const body = Buffer.from(JSON.stringify({ interactionId, dataActionId: 'd', updatedTimestamp, payload: {} }));
  return {
    eventId: digest(`interaction-update ${body}`),
    kind: 'interaction-update',
    orderKey: interactionId,
    routingType: 'data.action.updated',
    receivedAtMs,
    body,
  };
}

export function dncWish(phoneNumber: string, eventName: string, timestamp: string, receivedAtMs: number): Envelope {
  const body = Buffer.from(JSON.stringify({ phoneNumber, eventName, timestamp }));
  const eventId = digest(`dnc ${body}`);
  return { eventId, kind: 'dnc', orderKey: phoneNumber, routingType: null, receivedAtMs, body };
}

export interface Delivery {
  messageId?: string;
  receiveCount?: number;
  sentAtMs?: number;
  body?: string;
}

let lastMessage = 0;

/** The envelope as SQS hands it to the router. */
export function queued(envelope: Envelope, delivery: Delivery = {}): SQSRecord {
  const { messageId = `m${++lastMessage}`, receiveCount = 1, sentAtMs = envelope.receivedAtMs } = delivery;
  return {
    messageId,
    receiptHandle: `handle-${messageId}`,
    body: delivery.body ?? encodeEnvelope(envelope),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(sentAtMs),
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: String(sentAtMs),
      MessageGroupId: digest(envelope.orderKey ?? envelope.eventId),
      MessageDeduplicationId: envelope.eventId,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:cxone-relay-test-events.fifo',
    awsRegion: 'us-east-1',
  };
}
