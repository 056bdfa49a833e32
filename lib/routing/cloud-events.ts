import type { Envelope } from '../events/envelope.ts';

/** Content type of the value: the body as CXone sent it, or what a schema registry's serialiser made of it. */
export const JSON_CONTENT_TYPE = 'application/json';

/**
 * CloudEvents 1.0 headers, Kafka binary binding (contract §2). `ce_type` is the action or event type as CXone sent it; an
 * event without one (DNC, which has no topic of its own) carries its kind. `traceparent` only where the request had one.
 */
export function cloudEventHeaders(envelope: Envelope, contentType = JSON_CONTENT_TYPE): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: envelope.eventId,
    ce_type: envelope.routingType ?? envelope.kind,
    ce_source: `/cxone/${envelope.kind}`,
    ce_time: new Date(envelope.receivedAtMs).toISOString(),
    'content-type': contentType,
    ...(envelope.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
  };
}
