import { type ClassifiedEvent, classify, routingTypeOf } from '../../lib/events/classify.ts';
import { encodeEnvelope } from '../../lib/events/envelope.ts';
import type { EventQueue } from '../../lib/events/event-queue.ts';
import type { Identify, Identity } from '../../lib/events/identify.ts';
import { InvalidEventError } from '../../lib/events/invalid-event.ts';
import { parseJson } from '../../lib/events/json.ts';
import type { EventKind } from '../../lib/events/kinds.ts';
import { messageGroupOf } from '../../lib/events/message-group.ts';
import { wellFormedTraceparent } from '../../lib/events/traceparent.ts';
import type { WebhookSecret } from '../../lib/events/webhook-secret.ts';
import { UnavailableError } from '../../lib/platform/errors.ts';
import type { CachedSecret } from '../../lib/platform/secrets.ts';
import { type AuthMode, authenticate } from './authenticate.ts';
import { Refusal } from './refusal.ts';
import type { WebhookRequest } from './request.ts';

/** The steps of a request, in the order in which contract §1 wants their refusals. Each throws Refusal. */

export const RETRY_LATER = { 'retry-after': '30' };

/** 405, 413. */
export function admit({ method, bodyBytes }: WebhookRequest, maxEventBytes: number): void {
  if (method !== 'POST') {
    throw new Refusal('method-not-allowed', 'events are sent with POST', { headers: { allow: 'POST' } });
  }
  if (bodyBytes > maxEventBytes) {
    throw new Refusal('body-too-large', `the body has ${bodyBytes} bytes; at most ${maxEventBytes} are taken`);
  }
}

/** 401: one answer for all that can be wrong, so that it gives nothing away. 503 when the secret cannot be read. */
export async function authenticated(
  request: WebhookRequest,
  body: Uint8Array,
  modes: readonly AuthMode[],
  secrets: CachedSecret<WebhookSecret>,
): Promise<AuthMode> {
  let mode: AuthMode | undefined;
  try {
    mode = await authenticate(request, body, modes, secrets);
  } catch (cause) {
    const options = { headers: RETRY_LATER, cause };
    throw new Refusal('secret-unavailable', 'credentials cannot be checked at the moment; send again', options);
  }
  if (mode !== undefined) return mode;
  throw new Refusal('unauthorized', 'credentials are missing or wrong', {
    headers: { 'www-authenticate': 'HMAC-SHA256' },
  });
}

export interface RecognitionDeps {
  routing: Readonly<Record<string, string>>;
  identify: Identify;
}

export interface RecognisedEvent extends Identity {
  kind: EventKind;
  routingType: string | null;
}

/** Recognised and, where its topic has a schema, found to fit it. */
export interface AdmittedEvent extends RecognisedEvent {
  avroSchemaId?: number;
}

/** 400: what the body is and which event it is. @param kinds those that the route takes; null: all */
export function recognise(
  body: Uint8Array,
  kinds: readonly EventKind[] | null,
  deps: RecognitionDeps,
): RecognisedEvent {
  try {
    const event = classify(parseJson(body));
    if (kinds !== null && !kinds.includes(event.kind)) {
      throw new Refusal('kind-not-allowed', `this route takes ${kinds.join(', ')}; the body is a ${event.kind} event`);
    }
    const routingType = routingTypeOf(event);
    if (routingType !== null && !Object.hasOwn(deps.routing, routingType)) throw unknownType(event, deps.routing);
    return { kind: event.kind, routingType, ...deps.identify(event, body) };
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    throw new Refusal(error.reason, error.message, { errors: error.errors });
  }
}

const TYPE_FIELDS: Partial<Record<EventKind, string>> = { 'contact-action': 'actionType', 'data-action': 'eventType' };

function unknownType({ kind }: ClassifiedEvent, routing: Readonly<Record<string, string>>): Refusal {
  const path = TYPE_FIELDS[kind] ?? '';
  const errors = [{ path, message: `must be one of ${Object.keys(routing).join(', ')}` }];
  return new Refusal('unknown-type', 'the routing table has no topic for this event', { errors });
}

export interface Receipt {
  receivedAtMs: number;
  traceparent: string | undefined;
  /** How long the queue may take. */
  timeoutMs: number;
}

/** Resolves when the queue has taken the event: from here on it is kept. 503 when it has not. */
export async function enqueue(
  event: AdmittedEvent,
  body: Uint8Array,
  receipt: Receipt,
  queue: EventQueue,
): Promise<void> {
  const traceparent = wellFormedTraceparent(receipt.traceparent);
  const envelope = encodeEnvelope({
    ...event,
    receivedAtMs: receipt.receivedAtMs,
    ...(traceparent !== undefined && { traceparent }),
    body,
  });
  const message = { body: envelope, groupId: messageGroupOf(event), deduplicationId: event.eventId };
  try {
    await queue.send(message, receipt.timeoutMs);
  } catch (cause) {
    if (!(cause instanceof UnavailableError)) throw cause;
    const options = { headers: RETRY_LATER, cause };
    throw new Refusal('queue-unavailable', 'the event cannot be queued at the moment; send it again', options);
  }
}
