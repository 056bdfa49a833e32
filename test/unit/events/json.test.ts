import { describe, expect, it } from '@jest/globals';
import { readDnc } from '../../../lib/events/dnc-event.ts';
import { readInteractionUpdate } from '../../../lib/events/interaction-update-event.ts';
import { parseJson } from '../../../lib/events/json.ts';
import { PoisonError } from '../../../lib/platform/errors.ts';

const bytes = (text: string) => Buffer.from(text);

describe('parseJson', () => {
  it('reads UTF-8 from a part of a larger buffer', () => {
    const whole = new Uint8Array(bytes('xx{"ä":"€𐀀"}yy'));
    expect(parseJson(whole.subarray(2, -2))).toEqual({ ä: '€𐀀' });
  });

  it.each([
    ['nothing', bytes('')],
    ['a byte order mark', bytes('\ufeff{}')],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['a broken sequence', Buffer.from([0x22, 0xc3, 0x22])],
    ['an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['two values', bytes('{}{}')],
    ['a comment', bytes('{}//')],
    ['NaN', bytes('NaN')],
  ])('refuses %s', (_name, body) => {
    expect(() => parseJson(body)).toThrow(expect.objectContaining({ reason: 'not-json' }));
  });

  it('survives depth', () => {
    expect(() => parseJson(bytes('['.repeat(500_000)))).toThrow('not JSON');
    expect(Array.isArray(parseJson(bytes('['.repeat(300_000) + ']'.repeat(300_000))))).toBe(true);
  });
});

describe('queued bodies', () => {
  it('tell a preference', () => {
    const body = bytes('{"timestamp":"2026-01-31T13:00:00+01:00","eventName":"optOut","phoneNumber":"415 555 0100"}');
    expect(readDnc(body)).toEqual({
      preference: 'optOut',
      eventTime: '2026-01-31T13:00:00+01:00',
      eventTimeMs: Date.UTC(2026, 0, 31, 12),
    });
  });

  it("tell an interaction's state", () => {
    const body = bytes('{"interactionId":"i","dataActionId":"d","updatedTimestamp":"2026-01-31","payload":{"a":1}}');
    expect(readInteractionUpdate(body)).toEqual({
      interactionId: 'i',
      dataActionId: 'd',
      updatedTimestamp: '2026-01-31',
      updatedAtMs: Date.UTC(2026, 0, 31),
      payload: { a: 1 },
    });
  });

  it.each([
    '{',
    '{}',
    '[]',
    '{"interactionId":"i","dataActionId":"d","updatedTimestamp":"x","phoneNumber":"1","eventName":"optIn","timestamp":"x"}',
  ])('are poison when they say %s', (text) => {
    expect(() => readDnc(bytes(text))).toThrow(PoisonError);
    expect(() => readInteractionUpdate(bytes(text))).toThrow(PoisonError);
  });
});
