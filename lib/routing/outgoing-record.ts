import type { Envelope } from '../events/envelope.ts';
import { PoisonError } from '../platform/errors.ts';
import { cloudEventHeaders, JSON_CONTENT_TYPE } from './cloud-events.ts';
import { partitionKey } from './partition-key.ts';
import type { OutgoingRecord } from './sink.ts';

/** `actionType`/`eventType` → topic: the stage file's `routing`. */
export type RoutingTable = Readonly<Record<string, string>>;

/** An event with the topic it belongs to. */
export interface RoutedRecord {
  topic: string;
  record: OutgoingRecord;
}

/** What a topic gets of an event, and how it is to be read. */
export interface TopicValue {
  bytes: Uint8Array;
  contentType: string;
}

/** The body as CXone sent it, byte for byte. */
export const jsonValue = ({ body }: Envelope): TopicValue => ({ bytes: body, contentType: JSON_CONTENT_TYPE });

/**
 * The event as it leaves for its topic: key by its order key, time of receipt as timestamp.
 * Throws PoisonError `no-topic` for a routing type that the table does not know: the receiver refuses those, so the table
 * was changed while the event was under way, and an operator decides (redrive after mending the table).
 */
export function toOutgoing(envelope: Envelope, routing: RoutingTable, value = jsonValue(envelope)): RoutedRecord {
  return {
    topic: topicOf(envelope, routing),
    record: {
      key: envelope.orderKey === null ? null : partitionKey(envelope.orderKey),
      value: value.bytes,
      headers: cloudEventHeaders(envelope, value.contentType),
      timestampMs: envelope.receivedAtMs,
    },
  };
}

function topicOf({ routingType, kind }: Envelope, routing: RoutingTable): string {
  // hasOwn: `constructor` and its like must not find what every object inherits
  if (routingType !== null && Object.hasOwn(routing, routingType)) {
    const topic = routing[routingType];
    if (topic !== undefined) return topic;
  }
  const what = routingType === null ? `an event of kind ${kind} without a type` : `type ${JSON.stringify(routingType)}`;
  throw new PoisonError('no-topic', `the routing table has no topic for ${what}; add it under "routing" and redrive`);
}
