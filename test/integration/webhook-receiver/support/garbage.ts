import fc from 'fast-check';
import type { Request } from './gateway-event.ts';

/** Names that mean something to the receiver, or to JavaScript. */
export const TELLING_FIELDS = [
  'phoneNumber',
  'eventName',
  'timestamp',
  'actionType',
  'contactId',
  'eventType',
  'data',
  'interactionId',
  'dataActionId',
  'updatedTimestamp',
  'payload',
  'metadata',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
];
const VALUES = [
  'QUEUE_TRANSFER',
  'DATA_ACTION_TRIGGERED',
  'optOut',
  '+14155550100',
  '2026-01-31T12:00:00Z',
  '__proto__',
  '\ud800',
];

/** Objects of the fields that matter with values that may or may not; now and then one is a valid event. */
const fieldSoup = fc
  .dictionary(fc.constantFrom(...TELLING_FIELDS), fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue({ maxDepth: 2 })), {
    maxKeys: 8,
  })
  .map((soup) => JSON.stringify(soup));

const valid = fc.constantFrom(
  '{"actionType":"QUEUE_TRANSFER","contactId":"c","n":1.0}',
  '{"eventType":"DATA_ACTION_TRIGGERED","data":{"contactId":5,"x":"\\u0041"}}',
  '{"phoneNumber":"+14155550100","eventName":"optOut","timestamp":"2026-01-31T12:00:00Z"}',
  '{"interactionId":"i","dataActionId":"d","updatedTimestamp":"2026-01-31T12:00:00Z","payload":{}}',
);
const place = fc.nat({ max: 90 });
/** A valid event with something cut out, put in or doubled. */
const damaged = fc
  .tuple(
    valid,
    place,
    place,
    fc.constantFrom(
      '',
      '"',
      '\\',
      '{',
      '[',
      ',',
      '}',
      '\u0000',
      '\ufeff',
      '1e999',
      'null',
      '\\ud800',
      '"__proto__":{},',
    ),
  )
  .map(([text, from, length, insert]) => text.slice(0, from) + insert + text.slice(from + (length % 4)));

const deep = fc
  .tuple(fc.constantFrom('[', '{"a":', '[{"data":'), fc.constantFrom(10, 63, 64, 65, 1000, 30_000), fc.boolean())
  .map(([open, depth, closed]) => {
    const close = open === '[' ? ']' : open.startsWith('[') ? '}]' : '}';
    return `{"actionType":"QUEUE_TRANSFER","x":${open.repeat(depth)}1${closed ? close.repeat(depth) : ''}}`;
  });
const huge = fc
  .tuple(fc.constantFrom(262_143, 262_144, 262_145, 1_000_000), fc.constantFrom('x', '9', '[', '"', '\\"'))
  .map(([size, unit]) => `{"actionType":"QUEUE_TRANSFER","contactId":${unit.repeat(size / unit.length)}}`);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .tuple(valid, place, fc.uint8Array({ minLength: 1, maxLength: 4 }))
    .map(([text, at, broken]) => Buffer.concat([Buffer.from(text.slice(0, at)), broken, Buffer.from(text.slice(at))])),
  valid.map((text) => Buffer.from(text, 'utf16le')),
);

const body = fc.oneof(
  { weight: 6, arbitrary: fieldSoup },
  { weight: 6, arbitrary: damaged },
  { weight: 3, arbitrary: bytes },
  { weight: 2, arbitrary: deep },
  { weight: 1, arbitrary: huge },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

const headers = fc.dictionary(
  fc.constantFrom('x-cxone-signature', 'x-nice-signature', 'authorization', 'traceparent', 'content-type', '__proto__'),
  fc.oneof(fc.string(), fc.constantFrom('sha256=', 'Bearer ', 'f'.repeat(64))),
  { maxKeys: 3 },
);
const query = fc.dictionary(fc.constantFrom('token', '__proto__', 'x'), fc.string(), { maxKeys: 2 });
const path = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom('/cxone/events', '/cxone/webhook', '/cxone/webhook/data-action', '/webhook'),
  },
  { weight: 1, arbitrary: fc.constantFrom('/', '', '/__proto__', '__proto__', 'constructor', '/cxone/events/x') },
);
const method = fc.oneof(
  { weight: 20, arbitrary: fc.constant('POST') },
  { weight: 1, arbitrary: fc.constantFrom('GET', 'OPTIONS', 'HEAD', 'post', '') },
);

/** Unsigned garbage. */
export const unsigned: fc.Arbitrary<Request> = fc.record({
  body,
  path,
  method,
  headers,
  query,
  base64: fc.boolean(),
  secret: fc.constantFrom(null, 'wrong'),
});

/** Correctly signed garbage: it passes authentication and meets the parser. */
export const signed: fc.Arbitrary<Request> = fc.record({ body, query, base64: fc.constant(true) });
