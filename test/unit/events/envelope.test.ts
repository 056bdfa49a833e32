import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeEnvelope, type Envelope, encodeEnvelope } from '../../../lib/events/envelope.ts';
import { EVENT_KINDS } from '../../../lib/events/kinds.ts';

const envelope: Envelope = {
  eventId: 'AAAAAAAAAAAAAAAAAAAAAA',
  kind: 'contact-action',
  orderKey: 'c-1',
  routingType: 'QUEUE_TRANSFER',
  receivedAtMs: 1_767_225_600_000,
  body: Buffer.from('{}'),
};

describe('envelope', () => {
  it('comes back as it went, in characters that SQS takes', () => {
    const strange = fc.option(fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(
        fc.uint8Array(),
        strange,
        strange,
        fc.constantFrom(...EVENT_KINDS),
        (bytes, orderKey, routingType, kind) => {
          const sent = { ...envelope, kind, orderKey, routingType, traceparent: 'ü\uffff', body: Buffer.from(bytes) };
          const text = encodeEnvelope(sent);
          expect(text).toMatch(/^[\x20-\x7f]*$/);
          expect(decodeEnvelope(text)).toEqual(sent);
        },
      ),
    );
  });

  it('carries the Avro schema that the value is to be written by, and nothing where there is none', () => {
    const sent = { ...envelope, avroSchemaId: 0xffff_ffff };
    expect(decodeEnvelope(encodeEnvelope(sent))).toEqual(sent);
    expect(decodeEnvelope(encodeEnvelope(envelope))).not.toHaveProperty('avroSchemaId');
  });

  it('carries an order key of half surrogate pairs and non-characters', () => {
    const sent = { ...envelope, orderKey: '\ud800\ufffe\uffff\u0000' };
    expect(decodeEnvelope(encodeEnvelope(sent)).orderKey).toBe(sent.orderKey);
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '{}',
    encodeEnvelope(envelope).replace('"v":1', '"v":2'),
    encodeEnvelope({ ...envelope, eventId: 'short' }),
    encodeEnvelope({ ...envelope, avroSchemaId: 2 ** 32 }),
  ])('refuses %.50j as poison', (text) => {
    expect(() => decodeEnvelope(text)).toThrow(
      expect.objectContaining({ code: 'envelope-unreadable', retryable: false }),
    );
  });
});
