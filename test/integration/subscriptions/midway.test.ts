import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHandler, type SubscriptionReconcilerDeps } from '../../../functions/subscription-reconciler/handler.ts';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { declared, NO_WEBHOOKS, startWorld, type World } from './relay-in-cxone.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld({ pageSize: 2 });
});
afterEach(() => world.stop());

const file = (names: string[], extra: object = {}) => ({
  ...NO_WEBHOOKS,
  subscriptions: names.map((name) => declared(name)),
  ...extra,
});
const inCxone = () => [...world.cxone.simulator.state.subscriptions.values()];
const run = (deps: SubscriptionReconcilerDeps, timeMs = 270_000) =>
  createHandler(deps)({}, { getRemainingTimeInMillis: () => timeMs });
const away = () => Promise.reject(new UnavailableError('away', 'the table is away'));

describe('the lease of a run', () => {
  it.each([30_000, 270_000, 900_000])('outlasts a time-out of %i ms, whatever that is', async (timeMs) => {
    const deps = world.deps(file([]));
    const asked: number[] = [];
    const acquireLease = (durationMs: number) => {
      asked.push(durationMs);
      return deps.acquireLease(durationMs);
    };
    expect(await run({ ...deps, acquireLease }, timeMs)).toMatchObject({ status: 'done' });
    expect(asked).toEqual([timeMs + 15_000]);
  });

  it('lost in mid-run: nothing more is written, neither subscription nor webhook', async () => {
    const deps = world.deps({ subscriptions: [declared('a'), declared('b')] });
    let writes = 0;
    const acquireLease = async (durationMs: number) => {
      const lease = await deps.acquireLease(durationMs);
      return lease && { ...lease, renew: async () => ++writes <= 2 && (await lease.renew()) };
    };
    expect(await run({ ...deps, acquireLease })).toMatchObject({
      status: 'failed',
      errors: [expect.stringContaining('another has taken its lease')],
    });
    expect(world.writes().map(({ path }) => path)).toEqual(['/api/v2/webhooks', '/api/v2/event/registrations']);
    expect((await world.auditRecords()).filter(({ operation }) => operation === 'POST subscription')).toEqual([]);
    expect(await world.run()).toMatchObject({ status: 'done' });
  });
});

describe('time that runs out in mid-run', () => {
  it('keeps the counts of what was written, and the rest follows in the next run', async () => {
    const deps = world.deps(file(['a', 'b', 'c']));
    const create: typeof deps.api.create = async (...args) => {
      const made = await deps.api.create(...args);
      world.time.aheadMs += 300_000;
      return made;
    };
    expect(await run({ ...deps, api: { ...deps.api, create } })).toMatchObject({
      status: 'failed',
      errors: [],
      subscriptions: { created: 1, failed: 2, active: 0, notActive: 3 },
    });
    expect(await world.run(file(['a', 'b', 'c']))).toMatchObject({
      status: 'done',
      subscriptions: { created: 2, active: 3 },
    });
  });
});

describe('tables that are away in mid-run', () => {
  it('no intent in the trail, no write to CXone', async () => {
    const deps = world.deps({ subscriptions: [declared('a')] });
    expect(await run({ ...deps, audit: { ...deps.audit, append: away } })).toMatchObject({ status: 'failed' });
    expect(world.writes()).toEqual([]);
  });

  it.each(['audit', 'control'] as const)(
    'the outcome is not noted (%s) after CXone took the write: the next run settles without a second write',
    async (broken) => {
      const deps = world.deps(file(['a', 'b']));
      let calls = 0;
      const breaking =
        <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
        (...args: A): Promise<R> =>
          ++calls === 2 ? away() : call(...args);
      const faulty =
        broken === 'audit'
          ? { ...deps, audit: { ...deps.audit, append: breaking(deps.audit.append) } }
          : { ...deps, control: { ...deps.control, putSubscription: breaking(deps.control.putSubscription) } };
      expect(await run(faulty)).toMatchObject({ status: 'failed', subscriptions: { created: 1, failed: 1 } });
      expect(inCxone().map(({ name }) => name)).toEqual(['a', 'b']);
      const told = (await world.auditRecords()).filter(({ details }) => details.name === 'a');
      expect(told.map(({ status }) => status)).toEqual(broken === 'audit' ? ['intent'] : ['intent', 'success']);
      expect(world.writes()).toHaveLength(2);
      expect(await world.run(file(['a', 'b']))).toMatchObject({
        status: 'done',
        subscriptions: { kept: 2, active: 2 },
      });
      expect(world.writes()).toEqual([]);
    },
  );
});

describe('CXone answers oddly in mid-run', () => {
  const path = '/api/v2/eventbridge/subscriptions';

  it('404 to a change: deleted meanwhile; the next run creates it', async () => {
    await world.run(file(['a']));
    const [one] = inCxone();
    if (one) one.fields.eventType = 'queue.event';
    world.cxone.simulator.addFault({ kind: 'status', status: 404, match: { method: 'PUT' } });
    const deps = world.deps(file(['a']));
    const list = async (deadlineMs: number) => {
      const found = await deps.api.list(deadlineMs);
      world.cxone.simulator.state.subscriptions.clear(); // someone deletes it right after the first look
      return found;
    };
    expect(await run({ ...deps, api: { ...deps.api, list } })).toMatchObject({ subscriptions: { failed: 1 } });
    expect(await world.run(file(['a']))).toMatchObject({ status: 'done', subscriptions: { created: 1, active: 1 } });
  });

  it('409 to a creation: said, audited, and the others go on', async () => {
    world.cxone.simulator.addFault({ kind: 'status', status: 409, message: 'exists', match: { method: 'POST', path } });
    expect(await world.run(file(['a', 'b']))).toMatchObject({ subscriptions: { created: 1, failed: 1 } });
    expect(await world.run()).toMatchObject({ status: 'done', subscriptions: { created: 1, active: 2 } });
  });

  it.each([
    ['204 without a body', 204],
    ['200 without an id', 200],
  ])('%s to a creation: the outcome is not known, and the trail says so', async (_what, status) => {
    world.cxone.simulator.addFault({ kind: 'status', status, match: { method: 'POST', path } });
    await world.run(file(['a']));
    const records = await world.auditRecords();
    expect(records.map((record) => record.status)).toEqual(['intent', 'unknown']);
    expect(await world.run()).toMatchObject({ status: 'done', subscriptions: { active: 1 } });
  });

  it('a look at the delivery status that fails is no change of state', async () => {
    const told: string[] = [];
    const registry = () => ({
      tell: async (_id: string, state: string) => {
        told.push(state);
        return true;
      },
    });
    const watched = (): SubscriptionReconcilerDeps => ({ ...world.deps(file(['a'])), registry });
    world.cxone.simulator.addFault({
      kind: 'status',
      status: 404,
      match: { method: 'GET', path: `${path}/` },
      rate: 1,
    });
    expect(await run(watched())).toMatchObject({ status: 'done', subscriptions: { active: 0, notActive: 1 } });
    expect(told).toEqual([]);
    world.cxone.simulator.faults.clear();
    const [one] = inCxone();
    if (one) one.lastDeliveryError = 'endpoint answered 500';
    expect(await run(watched())).toMatchObject({ subscriptions: { active: 0, notActive: 1 } });
    if (one) one.lastDeliveryError = null;
    expect(await run(watched())).toMatchObject({ subscriptions: { active: 1 } });
    await run(watched());
    expect(told.filter((state) => !['pending', 'active'].includes(state))).toEqual([]); // CXone's own words
    expect(told.at(-1)).toBe('active');
    expect(new Set(told).size).toBe(told.length); // each change once
  });

  it('pages that lead to another origin end the run, and nobody there gets the token', async () => {
    const deps = world.deps(file(['a']));
    const request: typeof deps.client.request = async (one) => {
      const answer = await deps.client.request(one);
      if (one.method !== 'GET' || one.path !== path) return answer;
      return { ...answer, body: { items: [], nextPage: 'https://elsewhere.example.com/page-2' } };
    };
    const { createSubscriptionApi } = await import('../../../lib/subscriptions/api.ts');
    const api = createSubscriptionApi({ request }, path);
    expect(await run({ ...deps, api })).toMatchObject({
      status: 'failed',
      errors: [expect.stringContaining('elsewhere.example.com: not sent')],
    });
    expect(world.writes()).toEqual([]);
  });

  it('an id with a slash stays one segment of the path', async () => {
    await world.run(file(['a']));
    const [one] = inCxone();
    if (!one) throw new Error('not created');
    world.cxone.simulator.state.subscriptions.clear();
    one.id = 'a/b?c';
    one.fields.eventType = 'queue.event';
    world.cxone.simulator.state.subscriptions.set(one.id, one);
    world.writes();
    expect(await world.run()).toMatchObject({ status: 'done', subscriptions: { updated: 1, active: 1 } });
    expect(world.writes().map((write) => write.path)).toEqual([`${path}/a%2Fb%3Fc`]);
  });
});

describe('webhook registrations', () => {
  it('that fail keep back neither the other one nor the subscriptions', async () => {
    for (const failing of ['/api/v2/webhooks', '/api/v2/event/registrations']) {
      const fresh = await startWorld();
      try {
        fresh.cxone.simulator.addFault({ kind: 'status', status: 400, match: { path: failing } });
        expect(await fresh.run({ subscriptions: [declared('a')] })).toMatchObject({
          status: 'failed',
          webhooksRegistered: 1,
          subscriptions: { created: 1 },
        });
      } finally {
        await fresh.stop();
      }
    }
  });

  it('without a url-token the data-action webhook is registered, and the error names what is lacking', async () => {
    const deps = world.deps({});
    const webhookSecrets = async () => ({ current: 'signing-secret' });
    expect(await run({ ...deps, webhookSecrets })).toMatchObject({
      status: 'failed',
      webhooksRegistered: 1,
      errors: [expect.stringContaining('urlToken')],
    });
  });
});
