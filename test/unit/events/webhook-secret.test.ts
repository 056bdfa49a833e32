import { describe, expect, it } from '@jest/globals';
import { parseWebhookSecret } from '../../../lib/events/webhook-secret.ts';

describe('webhook secret', () => {
  it('takes empty and null for absent', () => {
    expect(parseWebhookSecret({ current: 'c', previous: '', bearer: null, urlToken: 't', other: 1 })).toEqual({
      current: 'c',
      urlToken: 't',
    });
  });

  it('keeps all six', () => {
    const all = {
      current: 'c',
      previous: 'p',
      bearer: 'b',
      previousBearer: 'pb',
      urlToken: 't',
      previousUrlToken: 'pt',
    };
    expect(parseWebhookSecret(all)).toStrictEqual(all);
  });

  it('never holds an empty token', () => {
    expect(parseWebhookSecret({ current: 'c', bearer: '', urlToken: '' })).toStrictEqual({ current: 'c' });
    expect(parseWebhookSecret({ current: 'c' })).toStrictEqual({ current: 'c' });
  });

  it.each([[{}], [{ current: '' }], [{ current: 5 }], [null], [{ current: 'hidden-value', previous: 6 }]])(
    'refuses %j by field and without its value',
    (json) => {
      expect(() => parseWebhookSecret(json)).toThrow(/webhook secret: (current|previous|the secret):/);
      expect(() => parseWebhookSecret(json)).not.toThrow('hidden-value');
    },
  );
});
