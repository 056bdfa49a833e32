import { describe, expect, it } from '@jest/globals';
import type { Envelope } from '../../../lib/events/envelope.ts';
import { toOutgoing } from '../../../lib/routing/outgoing-record.ts';
import { partitionKey } from '../../../lib/routing/partition-key.ts';

const ROUTING = { QUEUE_TRANSFER: 'cxone.transfers.raw' };
const ENVELOPE: Envelope = {
  eventId: 'AAAAAAAAAAAAAAAAAAAAAA',
  kind: 'contact-action',
  orderKey: '12345',
  routingType: 'QUEUE_TRANSFER',
  receivedAtMs: Date.UTC(2026, 0, 31, 12, 0, 0, 7),
  body: Buffer.from('{ "actionType":"QUEUE_TRANSFER" }'),
};

describe('outgoing record', () => {
  it('has the topic of its type, the key of its order key, the body as it came and CloudEvents headers', () => {
    expect(toOutgoing(ENVELOPE, ROUTING)).toEqual({
      topic: 'cxone.transfers.raw',
      record: {
        key: partitionKey('12345'),
        value: ENVELOPE.body,
        timestampMs: ENVELOPE.receivedAtMs,
        headers: {
          ce_specversion: '1.0',
          ce_id: 'AAAAAAAAAAAAAAAAAAAAAA',
          ce_type: 'QUEUE_TRANSFER',
          ce_source: '/cxone/contact-action',
          ce_time: '2026-01-31T12:00:00.007Z',
          'content-type': 'application/json',
        },
      },
    });
  });

  it('has no key without an order key, and the trace of the request where there was one', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { record } = toOutgoing({ ...ENVELOPE, orderKey: null, traceparent }, ROUTING);
    expect(record.key).toBeNull();
    expect(record.headers.traceparent).toBe(traceparent);
  });

  it.each(['UNKNOWN', 'constructor', '__proto__', null])(
    'has no topic for type %j and says where to add it',
    (type) => {
      expect(() => toOutgoing({ ...ENVELOPE, routingType: type }, ROUTING)).toThrow(
        expect.objectContaining({ code: 'no-topic', retryable: false, message: expect.stringContaining('"routing"') }),
      );
    },
  );
});
