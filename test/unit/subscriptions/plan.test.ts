import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DesiredSubscription, subscriptionSchema } from '../../../lib/subscriptions/desired.ts';
import { pending, plan } from '../../../lib/subscriptions/plan.ts';
import { payloadOf, type RemoteSubscription, remoteSubscriptionSchema } from '../../../lib/subscriptions/remote.ts';

const STAGE = 'test';
const declare = (name: string, extra: object = {}): DesiredSubscription =>
  subscriptionSchema.parse({
    name,
    description: 'events to the relay',
    eventType: 'contact.created',
    filters: [
      { field: 'contact.channelType', operator: 'eq', value: 'voice' },
      { field: 'contact.direction', operator: 'eq', value: 'inbound' },
    ],
    endpoints: [
      { url: 'https://a.example.com/events', type: 'webhook' },
      { url: 'https://b.example.com/events', type: 'webhook' },
    ],
    deadLetterQueue: { enabled: true, endpointUrl: 'https://dlq.example.com/events' },
    ...extra,
  });

/** What CXone might make of a payload: ids, defaults, extra fields, another order. */
const asListed = (payload: object, id: string, extra: object = {}): RemoteSubscription => {
  const { filters, endpoints, deadLetterQueue, ...rest } = payload as ReturnType<typeof payloadOf>;
  return remoteSubscriptionSchema.parse({
    ...rest,
    id,
    version: 7,
    filters: filters.map((filter) => ({ caseSensitive: false, ...filter })).reverse(),
    endpoints: endpoints.map((endpoint, n) => ({ id: `e-${n}`, timeoutMs: 5000, ...endpoint })).reverse(),
    deadLetterQueue: { retentionDays: 7, ...deadLetterQueue },
    state: 'active',
    createdDate: '2026-01-01T00:00:00Z',
    ...extra,
  });
};
const owned = (desired: DesiredSubscription, id: string, extra: object = {}) =>
  asListed(payloadOf(desired, STAGE), id, extra);
const NOTHING: ReadonlyMap<string, string> = new Map();
const planFor = (
  desired: DesiredSubscription[],
  actual: RemoteSubscription[],
  prune = false,
  remembered: Iterable<readonly [name: string, id: string]> = NOTHING,
) => plan({ stage: STAGE, desired, actual, prune, remembered: new Map(remembered) });

describe('a plan', () => {
  it('creates what is declared and not there', () => {
    const { actions } = planFor([declare('one')], []);
    expect(actions).toEqual([
      { type: 'create', name: 'one', payload: payloadOf(declare('one'), STAGE), reason: 'declared, not in CXone' },
    ]);
  });

  it('keeps what is as declared, whatever CXone filled in, added or reordered', () => {
    expect(planFor([declare('one')], [owned(declare('one'), 's1')]).actions).toMatchObject([
      { type: 'keep', id: 's1' },
    ]);
  });

  it.each<[string, object, string]>([
    ['eventType', { eventType: 'queue.event' }, 'eventType'],
    ['a filter value', { filters: [{ field: 'contact.channelType', operator: 'eq', value: 'chat' }] }, 'filters'],
    ['a missing filter', { filters: [] }, 'filters'],
    [
      'an additional endpoint',
      { endpoints: [...declare('one').endpoints, { url: 'https://c.example.com', type: 'webhook' }] },
      'endpoints',
    ],
    ['a switched-off dead-letter queue', { deadLetterQueue: { enabled: false } }, 'deadLetterQueue.enabled'],
    [
      'a retry setting',
      { retryConfiguration: { maxRetries: 1, backoffStrategy: 'linear', initialDelayMs: 1000, maxDelayMs: 10_000 } },
      'retryConfiguration.maxRetries',
    ],
    ['a field of another type', { filters: 'all' }, 'filters'],
  ])('names and puts right %s changed by hand', (_what, spoilt, path) => {
    const { actions } = planFor([declare('one')], [owned(declare('one'), 's1', spoilt)]);
    expect(actions).toMatchObject([{ type: 'update', id: 's1' }]);
    const [action] = actions;
    expect(action?.type === 'update' && action.changes.map((change) => change.path)).toContain(path);
  });

  it('does not care what CXone remembers of a dead-letter queue that shall be off', () => {
    const off = declare('one', { deadLetterQueue: { enabled: false } });
    const remote = owned(off, 's1', {
      deadLetterQueue: { enabled: false, endpointUrl: 'https://old.example.com', retentionDays: 3 },
    });
    expect(planFor([off], [remote]).actions).toMatchObject([{ type: 'keep' }]);
  });

  it('keeps an owned one that is no longer declared, and deletes it with prune', () => {
    const remote = owned(declare('old'), 's1');
    expect(planFor([], [remote]).actions).toMatchObject([{ type: 'keep', id: 's1' }]);
    expect(planFor([], [remote], true).actions).toMatchObject([{ type: 'delete', id: 's1' }]);
  });

  it('never touches a foreign one: not one without our mark, not one of another stage, not even with prune', () => {
    const foreign = [asListed(declare('one'), 'f1'), asListed(payloadOf(declare('two'), 'other'), 'f2')];
    const { actions } = planFor([declare('one')], foreign, true);
    expect(actions).toMatchObject([{ type: 'conflict', name: 'one', id: 'f1' }]);
    expect(pending(actions)).toEqual([]);
  });

  it('keeps the elder of two owned ones with one name and deletes the other only with prune', () => {
    const elder = owned(declare('one'), 's9', { createdDate: '2026-01-01T00:00:00Z' });
    const twin = owned(declare('one'), 's1', { createdDate: '2026-01-02T00:00:00Z' });
    expect(pending(planFor([declare('one')], [twin, elder]).actions)).toEqual([]);
    expect(pending(planFor([declare('one')], [twin, elder], true).actions)).toMatchObject([
      { type: 'delete', id: 's1' },
    ]);
  });

  it('knows a remembered one again whatever CXone calls it: its name is a change, nothing is created, nothing deleted', () => {
    const renamed = owned(declare('a  b'), 's1', { name: 'a b' });
    for (const prune of [false, true])
      expect(planFor([declare('a  b')], [renamed], prune, [['a  b', 's1']]).actions).toEqual([
        expect.objectContaining({
          type: 'update',
          name: 'a  b',
          id: 's1',
          changes: [{ path: 'name', from: 'a b', to: 'a  b' }],
        }),
      ]);
  });

  it('prefers the remembered one to one of its name, and gives none to two declarations', () => {
    const swapped = [owned(declare('a'), 's1', { name: 'b' }), owned(declare('b'), 's2', { name: 'a' })];
    const remembered = [['a', 's1'] as const, ['b', 's2'] as const];
    expect(planFor([declare('a'), declare('b')], swapped, true, remembered).actions).toMatchObject([
      { type: 'update', name: 'a', id: 's1' },
      { type: 'update', name: 'b', id: 's2' },
    ]);
    expect(planFor([declare('b'), declare('a')], swapped.slice(0, 1), true, remembered).actions).toMatchObject([
      { type: 'create', name: 'b' },
      { type: 'update', name: 'a', id: 's1' },
    ]);
  });

  it('finds by its name what is remembered under an id that is gone', () => {
    expect(planFor([declare('a')], [owned(declare('a'), 's2')], true, [['a', 's1']]).actions).toMatchObject([
      { type: 'keep', name: 'a', id: 's2' },
    ]);
    expect(planFor([declare('a')], [], true, [['a', 's1']]).actions).toMatchObject([{ type: 'create', name: 'a' }]);
  });

  it('makes no second one of what has lost both name and mark: somebody has to decide', () => {
    const stripped = asListed(declare('short'), 's1');
    expect(planFor([declare('shortened')], [stripped], true, [['shortened', 's1']]).actions).toMatchObject([
      { type: 'conflict', name: 'shortened', id: 's1', reason: expect.stringContaining('our mark') },
    ]);
  });

  it('refuses to pass the limit of the organisation, foreign ones counted, and counts what prune frees', () => {
    const others = Array.from({ length: 99 }, (_, n) => asListed(declare(`foreign-${n}`), `f${n}`));
    const old = owned(declare('old'), 's1');
    expect(planFor([declare('one')], [...others, old]).limitError).toMatch(/at most 100 .* would make 101/);
    expect(planFor([declare('one')], [...others, old], true).limitError).toBeUndefined();
    expect(planFor([declare('one')], [...others, old], true).actions.map(({ type }) => type)).toEqual([
      'delete',
      'create',
    ]);
  });

  it('settles: what one plan has made, the next one keeps (any declarations, any order)', () => {
    const url = fc.webUrl();
    const declaration = fc.record({
      name: fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name.trim() !== ''),
      eventType: fc.constantFrom('contact.created', 'contact.updated', 'interaction.completed', 'queue.event'),
      filters: fc.array(
        fc.record({ field: fc.string({ minLength: 1 }), operator: fc.constantFrom('eq', 'ne'), value: fc.string() }),
      ),
      endpoints: fc.array(fc.record({ url, type: fc.constantFrom('webhook', 'queue') }), {
        minLength: 1,
        maxLength: 10,
      }),
    });
    const declarations = fc.uniqueArray(declaration, { selector: ({ name }) => name.trim(), maxLength: 10 });
    fc.assert(
      fc.property(declarations, (list) => {
        const desired = list.map((item) => subscriptionSchema.parse(item));
        const actual = desired.map((item, n) => owned(item, `s${n}`)).reverse();
        expect(pending(planFor(desired, actual, true).actions)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
