import { describe, expect, it } from '@jest/globals';
import type { CxoneAnswer, CxoneClient, CxoneRequest } from '../../../lib/cxone/types.ts';
import { createSubscriptionApi } from '../../../lib/subscriptions/api.ts';
import { subscriptionSchema, subscriptionsSchema } from '../../../lib/subscriptions/desired.ts';
import { pending, plan } from '../../../lib/subscriptions/plan.ts';
import { isOwned, payloadOf, remoteSubscriptionSchema } from '../../../lib/subscriptions/remote.ts';

const STAGE = 'test';
const declare = (extra: object = {}) =>
  subscriptionSchema.parse({
    name: 'one',
    description: 'events to the relay',
    eventType: 'contact.created',
    endpoints: [{ url: 'https://a.example.com', type: 'webhook' }],
    deadLetterQueue: { enabled: true, endpointUrl: 'https://dlq.example.com', retentionDays: 7 },
    ...extra,
  });
type Payload = ReturnType<typeof payloadOf>;
const planFor = (desired: ReturnType<typeof declare>, answer: (payload: Payload) => object, prune = true) => {
  const actual = [remoteSubscriptionSchema.parse({ id: 's1', ...answer(payloadOf(desired, STAGE)) })];
  return plan({ stage: STAGE, desired: [desired], actual, prune, remembered: new Map() }).actions;
};
const asText = (_key: string, value: unknown) =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;

describe('what CXone may make of a payload is no change', () => {
  it.each<[string, object, (payload: Payload) => object]>([
    ['drops an empty list of filters', {}, ({ filters: _filters, ...rest }) => rest],
    ['answers null for an empty list of filters', {}, (payload) => ({ ...payload, filters: null })],
    ['trims an empty description', { description: '' }, (p) => ({ ...p, description: p.description.trim() })],
    ['trims a padded description', { description: '  a ' }, (p) => ({ ...p, description: p.description.trim() })],
    ['trims a name', { name: ' padded ' }, (payload) => ({ ...payload, name: payload.name.trim() })],
    ['writes numbers and booleans as text', {}, (payload) => JSON.parse(JSON.stringify(payload, asText))],
    [
      'reads a filter value as a number or boolean',
      { filters: ['5', 'true'].map((value) => ({ field: 'f', operator: 'eq', value })) },
      (payload) => ({ ...payload, filters: [5, true].map((value) => ({ field: 'f', operator: 'eq', value })) }),
    ],
    [
      'writes URLs in their normal form',
      { endpoints: [{ url: 'HTTPS://A.Example.com:443', type: 'webhook' }] },
      (payload) => ({
        ...payload,
        endpoints: [{ url: 'https://a.example.com/', type: 'webhook' }],
        deadLetterQueue: { ...payload.deadLetterQueue, endpointUrl: 'https://dlq.example.com/' },
      }),
    ],
  ])('%s', (_what, extra, answer) => {
    expect(planFor(declare(extra), answer)).toMatchObject([{ type: 'keep', id: 's1' }]);
  });

  it('but another number, another path or a switched-on queue is', () => {
    const differing: [object, (payload: Payload) => object][] = [
      [{}, (p) => ({ ...p, retryConfiguration: { ...p.retryConfiguration, maxRetries: '6' } })],
      [{}, (p) => ({ ...p, endpoints: [{ url: 'https://a.example.com/b', type: 'webhook' }] })],
      [
        { deadLetterQueue: { enabled: false } },
        (p) => ({ ...p, deadLetterQueue: { enabled: 'true', endpointUrl: 'https://x.example.com' } }),
      ],
    ];
    for (const [extra, answer] of differing)
      expect(planFor(declare(extra), answer)).toMatchObject([{ type: 'update' }]);
  });
});

describe('the mark of ownership', () => {
  it.each(['', '[relay:test]', 'a [relay:test]', 'a [relay:other]', 'a [relay:test] [relay:other]'])(
    'is the relay’s own whatever the declared description is: "%s"',
    (description) => {
      expect(planFor(declare({ description }), (payload) => payload)).toMatchObject([{ type: 'keep' }]);
      const remote = remoteSubscriptionSchema.parse({ id: 's', ...payloadOf(declare({ description }), STAGE) });
      expect(isOwned(remote, 'other')).toBe(false);
    },
  );

  it.each(['', 'text [relay:test] text', 'x[relay:test]', 'a [relay:test', '[relay:testing]'])(
    'is not seen in a foreign description: "%s"',
    (description) => expect(isOwned(remoteSubscriptionSchema.parse({ id: 's', description }), STAGE)).toBe(false),
  );
});

describe('names', () => {
  it.each(['Ünïcödé 😀', 'a/b?c#d%2f', '"quoted" \\ <b>', '__proto__', "it's"])('"%s" is matched', (name) => {
    expect(planFor(declare({ name }), (payload) => payload)).toMatchObject([{ type: 'keep', name }]);
  });

  it('that differ in surrounding blanks alone are declared twice; blanks alone are no name', () => {
    const base = { eventType: 'queue.event', endpoints: [{ url: 'https://a.example.com', type: 'webhook' }] };
    expect(
      subscriptionsSchema.safeParse([
        { ...base, name: 'a' },
        { ...base, name: ' a ' },
      ]).success,
    ).toBe(false);
    expect(subscriptionsSchema.safeParse([{ ...base, name: '  ' }]).success).toBe(false);
    expect(subscriptionsSchema.safeParse([{ ...base, name: '€'.repeat(501) }]).success).toBe(false); // no DynamoDB key
  });
});

it('100 existing ones and one update keep within the limit', () => {
  const desired = declare();
  const strangers = Array.from({ length: 99 }, (_, n) =>
    remoteSubscriptionSchema.parse({ id: `f${n}`, name: `f${n}` }),
  );
  const ours = remoteSubscriptionSchema.parse({ id: 's1', ...payloadOf(desired, STAGE), eventType: 'queue.event' });
  const made = plan({
    stage: STAGE,
    desired: [desired],
    actual: [...strangers, ours],
    prune: true,
    remembered: new Map(),
  });
  expect(made.limitError).toBeUndefined();
  expect(pending(made.actions)).toMatchObject([{ type: 'update', id: 's1' }]);
});

describe('the pages of the list', () => {
  const apiOf = (pages: Record<string, unknown>) => {
    const asked: CxoneRequest[] = [];
    const client: CxoneClient = {
      async request(request) {
        asked.push(request);
        return { status: 200, headers: new Headers(), body: pages[request.path] } satisfies CxoneAnswer;
      },
    };
    return { asked, list: () => createSubscriptionApi(client, '/subs').list(Number.POSITIVE_INFINITY) };
  };

  it('that overlap, since someone wrote meanwhile, show each subscription once: a twin would be deleted', async () => {
    const { list } = apiOf({
      '/subs': { items: [{ id: 'a' }, { id: 7, name: 'b' }], nextPage: '/subs?page=2' },
      '/subs?page=2': { items: [{ id: '7', name: 'b' }, { id: 'c' }] },
    });
    expect((await list()).map(({ id }) => id)).toEqual(['a', '7', 'c']);
  });

  it('may be named by their query alone', async () => {
    const { list } = apiOf({
      '/subs': { items: [{ id: 'a' }], nextPage: '?page=2' },
      '/subs?page=2': { items: [{ id: 'b' }], nextPage: null },
    });
    expect((await list()).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it.each(['.', '..'])('that show the id "%s" stop the run: it would be another path', async (id) => {
    await expect(apiOf({ '/subs': [{ id }] }).list()).rejects.toMatchObject({ failure: 'failed' });
  });

  it.each([
    ['to a number', { '/subs': { items: [], nextPage: 2 } }],
    ['to an object', { '/subs': { items: [], nextPage: { href: '/subs?page=2' } } }],
    ['to itself', { '/subs': { items: [], nextPage: '/subs' } }],
    [
      'in a circle',
      { '/subs': { items: [], nextPage: '/subs?page=2' }, '/subs?page=2': { items: [], nextPage: '/subs' } },
    ],
    ['to nothing that can be read', { '/subs': { items: [], nextPage: '/subs?page=2' } }],
  ])('that lead %s stop the run: half a list would create everything twice', async (_where, pages) => {
    await expect(apiOf(pages).list()).rejects.toMatchObject({ failure: 'failed' });
  });
});
