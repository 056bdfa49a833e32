import * as z from 'zod/mini';
import { PoisonError } from '../platform/errors.ts';
import { EVENT_KINDS, type EventKind } from './kinds.ts';

/** What travels through the events queue (design §3): facts of the receipt, and the body as CXone sent it. */
export interface Envelope {
  /** 22 base64url characters: 128 bits of SHA-256 over kind and canonical content. */
  eventId: string;
  kind: EventKind;
  /** Exact text by which order is kept; null: the event stands alone. */
  orderKey: string | null;
  /** `actionType`/`eventType`, the routing table's key; null for DNC events, which do not go to Kafka. */
  routingType: string | null;
  /** Milliseconds since the epoch; windows and order are measured by it, never by "now". */
  receivedAtMs: number;
  /** W3C trace context of the request, where it had one. */
  traceparent?: string;
  /**
   * The Avro schema that the receiver validated the body by, and that the router is to write it by: so the two cannot
   * disagree, whatever the subject's newest schema has become meanwhile. Absent: the value is the body itself.
   */
  avroSchemaId?: number;
  /** The raw request body. Base64 on the wire: SQS alters or refuses U+FFFE and U+FFFF. */
  body: Uint8Array;
}

/** Beyond it ECMAScript has no dates, and an event is written with its date in several places. */
const LAST_DATE_MS = 8.64e15;

const wireSchema = z.object({
  v: z.literal(1),
  eventId: z.string().check(z.regex(/^[\w-]{22}$/)),
  kind: z.enum(EVENT_KINDS),
  orderKey: z.nullable(z.string()),
  routingType: z.nullable(z.string()),
  receivedAtMs: z.int().check(z.nonnegative(), z.maximum(LAST_DATE_MS)),
  traceparent: z.optional(z.string()),
  avroSchemaId: z.optional(z.int().check(z.nonnegative(), z.maximum(0xffff_ffff))),
  body: z.string(),
});

/** ASCII throughout: an order key may hold characters that SQS refuses, and a refused message would be a 503 for ever. */
export function encodeEnvelope(envelope: Envelope): string {
  const { body } = envelope;
  const json = JSON.stringify({ v: 1, ...envelope, body: undefined }).replace(/[\u0080-\uffff]/g, escapeUnit);
  const base64 = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
  return `${json.slice(0, -1)},"body":"${base64}"}`; // joined by hand: stringify would look at each base64 character
}

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Throws PoisonError `envelope-unreadable` for anything the receiver did not write. */
export function decodeEnvelope(text: string): Envelope {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new PoisonError('envelope-unreadable', 'the queued message is not JSON', cause);
  }
  const result = wireSchema.safeParse(json);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'envelope'}: ${issue.message}`);
    throw new PoisonError(
      'envelope-unreadable',
      `the queued message is no envelope of the relay (${faults.join('; ')})`,
    );
  }
  const { v: _version, traceparent, avroSchemaId, body, ...facts } = result.data;
  return {
    ...facts,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(avroSchemaId === undefined ? {} : { avroSchemaId }),
    body: Buffer.from(body, 'base64'),
  };
}
