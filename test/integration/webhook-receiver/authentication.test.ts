import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign } from '../../../lib/events/signature.ts';
import type { WebhookSecret } from '../../../lib/events/webhook-secret.ts';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import type { CachedSecret } from '../../../lib/platform/secrets.ts';
import { startQueue } from './support/events-queue.ts';
import { type Request, SECRET } from './support/gateway-event.ts';
import { fixedSecret, receiver } from './support/receiver.ts';

let queue: Awaited<ReturnType<typeof startQueue>>;
beforeAll(async () => {
  queue = await startQueue();
});
afterAll(() => queue.close());

const body = '{"actionType":"QUEUE_TRANSFER"}';
const hex = sign(Buffer.from(body), SECRET);
const only = (...modes: string[]) => ({ authentication: { '/cxone/events': { modes } } });

describe('modes', () => {
  it.each<[string, string[], Request, number]>([
    ['x-cxone-signature', ['hmac'], { headers: { 'x-cxone-signature': hex } }, 202],
    ['x-nice-signature', ['hmac'], { headers: { 'x-nice-signature': `sha256=${hex.toUpperCase()}` } }, 202],
    [
      'a wrong signature beside a right one',
      ['hmac'],
      { headers: { 'x-cxone-signature': 'x', 'x-nice-signature': hex } },
      202,
    ],
    ['the previous secret', ['hmac'], { secret: 'previous-secret' }, 202],
    ['a signature where only tokens count', ['url-token'], { headers: { 'x-cxone-signature': hex } }, 401],
    ['an empty signature', ['hmac'], { headers: { 'x-cxone-signature': '' } }, 401],
    ['the URL token', ['hmac', 'url-token'], { query: { token: 'the-token' } }, 202],
    [
      'the URL token beside a wrong signature',
      ['hmac', 'url-token'],
      { query: { token: 'the-token' }, secret: 'wrong' },
      202,
    ],
    ['the previous URL token', ['url-token'], { query: { token: 'previous-token' } }, 202],
    ['the previous bearer', ['bearer'], { headers: { authorization: 'Bearer previous-bearer' } }, 202],
    ['the previous signing secret as a URL token', ['url-token'], { query: { token: 'previous-secret' } }, 401],
    ['a wrong URL token', ['url-token'], { query: { token: 'the-tokeN' } }, 401],
    ['an empty URL token', ['url-token'], { query: { token: '' } }, 401],
    ['a URL token where only signatures count', ['hmac'], { query: { token: 'the-token' } }, 401],
    ['the bearer', ['bearer'], { headers: { authorization: 'Bearer the-bearer' } }, 202],
    [
      'the bearer where nobody asked for it',
      ['hmac', 'url-token'],
      { headers: { authorization: 'Bearer the-bearer' } },
      401,
    ],
    ['the bearer without its scheme', ['bearer'], { headers: { authorization: 'the-bearer' } }, 401],
    ['nothing where nothing is asked', ['none'], {}, 202],
    ['nothing where something is asked', ['hmac', 'url-token', 'bearer'], {}, 401],
  ])('%s under %j', async (_name, modes, request, status) => {
    const { post } = receiver(queue, { stageFile: only(...modes) });
    expect((await post({ body, secret: null, ...request })).status).toBe(status);
  });

  it('do not hold by an absent secret', async () => {
    const { post } = receiver(queue, {
      stageFile: only('url-token', 'bearer'),
      secrets: fixedSecret({ current: SECRET }),
    });
    for (const text of ['undefined', '', 'null']) {
      const request = { body, secret: null, query: { token: text }, headers: { authorization: `Bearer ${text}` } };
      expect((await post(request)).status).toBe(401);
    }
  });

  it('answer every failure alike', async () => {
    const { post } = receiver(queue);
    const answers = await Promise.all(
      [{ secret: null }, { secret: 'wrong' }, { secret: null, query: { token: 'wrong' } }].map((each) =>
        post({ body, ...each }),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('keep credentials out of the log', async () => {
    const { post, log } = receiver(queue);
    await post({ body, secret: null, query: { token: 'the-token' } });
    await post({ body, secret: null, query: { token: 'another-token' } });
    await post({ body });
    expect(JSON.stringify(log.lines)).not.toMatch(new RegExp(`token=|the-token|another-token|${SECRET}|${hex}`));
  });
});

describe('rotation', () => {
  function rotating(first: WebhookSecret, second: WebhookSecret) {
    let current = first;
    const secret: CachedSecret<WebhookSecret> & { refetches: number } = {
      refetches: 0,
      get: async () => current,
      async refetch() {
        secret.refetches++;
        const changed = current !== second;
        current = second;
        return changed;
      },
    };
    return secret;
  }

  it('is noticed at the first request signed with the new secret', async () => {
    const secrets = rotating({ current: 'old' }, { current: SECRET, previous: 'old' });
    const { post } = receiver(queue, { secrets });
    expect((await post({ body, secret: 'old' })).status).toBe(202);
    expect(secrets.refetches).toBe(0);
    expect((await post({ body })).status).toBe(202);
    expect((await post({ body, secret: 'old' })).status).toBe(202);
    expect(secrets.refetches).toBe(1);
  });

  it('is not looked for when there are no credentials', async () => {
    const secrets = rotating({ current: 'old' }, { current: SECRET });
    expect((await receiver(queue, { secrets }).post({ body, secret: null })).status).toBe(401);
    expect(secrets.refetches).toBe(0);
  });
});

describe('an unreadable secret', () => {
  const away = () => Promise.reject(new UnavailableError('secret-unavailable', 'Secrets Manager is away'));

  it.each([
    ['at first', { get: away, refetch: away }],
    ['when asked again', { get: async () => ({ current: 'old' }), refetch: away }],
  ])('is a 503 with Retry-After %s', async (_name, secrets) => {
    const { post, log } = receiver(queue, { secrets });
    const { status, headers } = await post({ body });
    expect([status, headers['retry-after']]).toEqual([503, '30']);
    expect(log.lines).toEqual([expect.objectContaining({ level: 'error', reason: 'secret-unavailable' })]);
  });

  it('does not matter where none is needed', async () => {
    const { post } = receiver(queue, { stageFile: only('none'), secrets: { get: away, refetch: away } });
    expect((await post({ body, secret: null })).status).toBe(202);
  });
});
