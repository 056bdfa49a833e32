import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSigned, sign } from '../../../lib/events/signature.ts';

const body = Buffer.from('{"actionType":"QUEUE_TRANSFER"}');

describe('signature', () => {
  it('holds over the raw bytes in every allowed way of writing it', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ minLength: 1 }), (bytes, secret) => {
        const hex = sign(bytes, secret);
        for (const text of [hex, hex.toUpperCase(), `sha256=${hex}`])
          expect(isSigned(bytes, text, [secret])).toBe(true);
        expect(isSigned(bytes, hex, [`${secret}x`])).toBe(false);
        expect(isSigned(Buffer.concat([bytes, Buffer.from(' ')]), hex, [secret])).toBe(false);
      }),
    );
  });

  it('is known from elsewhere', () => {
    // RFC 4231, test case 2
    const digest = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    expect(isSigned(Buffer.from('what do ya want for nothing?'), digest, ['Jefe'])).toBe(true);
  });

  it('holds under each of several secrets', () => {
    expect(isSigned(body, sign(body, 'new'), ['new', 'old'])).toBe(true);
    expect(isSigned(body, sign(body, 'old'), ['new', 'old'])).toBe(true);
    expect(isSigned(body, sign(body, 'other'), ['new', 'old'])).toBe(false);
    expect(isSigned(body, sign(body, 'new'), [])).toBe(false);
  });

  it.each([
    '',
    'sha256=',
    sign(body, 's').slice(1),
    `${sign(body, 's')}0`,
    `sha1=${sign(body, 's')}`,
    'g'.repeat(64),
    `${sign(body, 's')}\n`,
  ])('does not hold for %j', (text) => {
    expect(isSigned(body, text, ['s'])).toBe(false);
  });
});
