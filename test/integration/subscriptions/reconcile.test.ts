import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHandler } from '../../../functions/subscription-reconciler/handler.ts';
import type { SubscriptionApi } from '../../../lib/subscriptions/api.ts';
import { declared, NO_WEBHOOKS, startWorld, type World } from './relay-in-cxone.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld({ pageSize: 2 });
});
afterEach(() => world.stop());

const stage = (subscriptions: object[], extra: object = {}) => ({ ...NO_WEBHOOKS, subscriptions, ...extra });
const inCxone = () => [...world.cxone.simulator.state.subscriptions.values()];
const spoil = (name: string, fields: object) => {
  const one = inCxone().find((subscription) => subscription.name === name);
  Object.assign(one?.fields ?? {}, fields);
};

describe('subscriptions as declared', () => {
  it('from nothing: everything exists and is active; the second run sends no write', async () => {
    const three = stage([declared('a'), declared('b', { eventType: 'queue.event' }), declared('c')]);
    expect(await world.run(three)).toMatchObject({
      status: 'done',
      subscriptions: { created: 3, active: 3, failed: 0 },
    });
    expect(inCxone().map(({ state }) => state)).toEqual(['active', 'active', 'active']);
    world.writes();
    world.reads();
    expect(await world.run()).toMatchObject({
      status: 'done',
      subscriptions: { created: 0, updated: 0, kept: 3, active: 3 },
    });
    expect(world.writes()).toEqual([]);
    expect(world.reads().map(({ path }) => path)).toEqual(Array(2).fill('/api/v2/eventbridge/subscriptions')); // two pages, no status
    expect(world.cxone.simulator.state.violations).toEqual([]);
  });

  it.each(['array', 'items', 'subscriptions', 'entities'] as const)(
    'settles on a list in the form "%s"',
    async (listForm) => {
      world.cxone.simulator.state.options.listForm = listForm;
      const five = stage(['a', 'b', 'c', 'd', 'e'].map((name) => declared(name)));
      await world.run(five);
      expect(inCxone()).toHaveLength(5);
      world.writes();
      await world.run();
      expect(world.writes()).toEqual([]);
    },
  );

  it('a field changed by hand is found, named and put right; twice the same, with another key', async () => {
    await world.run(stage([declared('a')]));
    const keys: unknown[] = [];
    for (let time = 1; time <= 2; time++) {
      world.writes();
      spoil('a', { eventType: 'queue.event' });
      expect(await world.run(undefined, { dryRun: true })).toMatchObject({
        plan: {
          actions: [
            { type: 'update', name: 'a', changes: [{ path: 'eventType', from: 'queue.event', to: 'contact.created' }] },
          ],
        },
      });
      expect(await world.run()).toMatchObject({ status: 'done', subscriptions: { updated: 1 } });
      expect(inCxone()[0]?.fields.eventType).toBe('contact.created');
      keys.push(...world.writes().map(({ headers }) => headers['idempotency-key']));
    }
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });

  it('one that was deleted by hand is created again, not replayed', async () => {
    await world.run(stage([declared('a')]));
    world.cxone.simulator.state.subscriptions.clear();
    expect(await world.run()).toMatchObject({ subscriptions: { created: 1 } });
    expect(inCxone()).toHaveLength(1);
  });

  it('a repair whose answer was lost is applied once, and the same repair later is a new one', async () => {
    await world.run(stage([declared('a')]));
    for (let time = 1; time <= 2; time++) {
      spoil('a', { eventType: 'queue.event' });
      const before = Number(inCxone()[0]?.fields.version);
      world.cxone.simulator.addFault({ kind: 'reset-after', match: { method: 'PUT' }, times: 3 });
      await world.run(); // three tries, all without an answer; CXone executed the first
      world.cxone.simulator.faults.clear();
      await world.run();
      expect(inCxone()[0]?.fields).toMatchObject({ eventType: 'contact.created', version: before + 1 });
    }
  });

  it('a dry run changes nothing at all', async () => {
    expect(await world.run(stage([declared('a')]), { dryRun: true })).toMatchObject({
      status: 'planned',
      plan: { actions: [{ type: 'create', name: 'a' }] },
    });
    expect(world.writes()).toEqual([]);
    expect(await world.auditRecords()).toEqual([]);
  });

  it('a removed declaration is kept without prune and deleted with it; foreign ones never change', async () => {
    await world.run(stage([declared('a'), declared('b')]));
    const [, b] = inCxone();
    const foreign = structuredClone({
      ...b,
      id: 'foreign-1',
      fields: { ...b?.fields, description: 'somebody else made me' },
    });
    world.cxone.simulator.state.subscriptions.set('foreign-1', foreign as never);
    await world.run(stage([declared('a')]));
    expect(inCxone().map(({ name }) => name)).toEqual(['a', 'b', 'b']);
    await world.run(stage([declared('a')], { pruneSubscriptions: true }));
    expect(inCxone().map(({ id, name }) => [id, name])).toEqual([
      [expect.any(String), 'a'],
      ['foreign-1', 'b'],
    ]);
    world.writes();
    expect(await world.run(stage([declared('a'), declared('b')], { pruneSubscriptions: true }))).toMatchObject({
      subscriptions: { conflicts: 1 },
    });
    expect(world.writes()).toEqual([]);
    expect(world.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'subscription not created', name: 'b' }),
    );
  });

  it('one that CXone refuses does not stop the others', async () => {
    world.cxone.simulator.addFault({
      kind: 'status',
      status: 400,
      message: 'no such queue',
      match: { method: 'POST', path: '/api/v2/eventbridge' },
      times: 1,
    });
    expect(await world.run(stage([declared('a'), declared('b'), declared('c')]))).toMatchObject({
      status: 'failed',
      subscriptions: { created: 2, failed: 1 },
    });
    expect((await world.auditRecords()).filter(({ status }) => status === 'failure')).toMatchObject([
      {
        operation: 'POST subscription',
        details: { statusCode: 400, message: expect.stringContaining('no such queue') },
      },
    ]);
    expect(await world.run()).toMatchObject({ status: 'done', subscriptions: { created: 1, active: 3 } });
  });

  it('checks the limit of the organisation before the first write', async () => {
    world.cxone.simulator.state.options.pageSize = 50;
    await world.run(stage(Array.from({ length: 99 }, (_, n) => declared(`s${n}`))));
    for (const one of inCxone()) one.fields.description = 'foreign now';
    world.writes();
    expect(await world.run(stage([declared('x'), declared('y')]))).toMatchObject({
      subscriptions: { failed: 2, limitError: expect.stringContaining('101') },
    });
    expect(world.writes()).toEqual([]);
  });

  it('CXone away: one line of error a run, nothing lost, recovery without help', async () => {
    world.cxone.simulator.addFault({ kind: 'status', status: 503, match: { path: '/api/v2/' }, rate: 1 });
    for (let run = 0; run < 3; run++) {
      world.log.lines.length = 0;
      expect(await world.run({ subscriptions: [declared('a')] })).toMatchObject({ status: 'failed' });
      expect(world.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    }
    world.cxone.simulator.faults.clear();
    expect(await world.run()).toMatchObject({
      status: 'done',
      webhooksRegistered: 2,
      subscriptions: { created: 1, active: 1 },
    });
    expect(await world.verifyAudit()).toMatchObject({ chain: 'intact' });
  });

  it('two at once: one works, the other says so', async () => {
    const results = await Promise.all([world.run(stage([declared('a')])), world.run()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['busy', 'done']);
    expect(inCxone()).toHaveLength(1);
  });

  it('killed after any of its calls, it ends as declared, each subscription once', async () => {
    for (let fatalCall = 1; fatalCall <= 6; fatalCall++) {
      const fresh = await startWorld({ pageSize: 2 });
      try {
        const file = stage([declared('a'), declared('b')]);
        await createHandler(dyingAfter(fresh, file, fatalCall))({}, { getRemainingTimeInMillis: () => 60_000 }).catch(
          () => undefined,
        );
        await fresh.run(file);
        const result = await fresh.run(file);
        expect(result).toMatchObject({ status: 'done', subscriptions: { kept: 2, active: 2, failed: 0 } });
        expect([...fresh.cxone.simulator.state.subscriptions.values()].map(({ name }) => name).sort()).toEqual([
          'a',
          'b',
        ]);
        expect(await fresh.verifyAudit()).toMatchObject({ chain: 'intact' });
      } finally {
        await fresh.stop();
      }
    }
  });
});

/** The process ends in the middle: from call `fatalCall` on, answers are lost and no later step of it works. */
function dyingAfter(fresh: World, file: object, fatalCall: number) {
  const deps = fresh.deps(file);
  let calls = 0;
  const dead = () => {
    throw new Error('killed');
  };
  const dying =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (calls >= fatalCall) return dead();
      const answer = await call(...args);
      calls += 1;
      return calls >= fatalCall ? dead() : answer;
    };
  const { list, create, update, delete: remove, deliveryStatus, idempotencyKey } = deps.api;
  const api: SubscriptionApi = {
    list: dying(list),
    create: dying(create),
    update: dying(update),
    delete: dying(remove),
    deliveryStatus: dying(deliveryStatus),
    idempotencyKey,
  };
  const alive =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> =>
      calls >= fatalCall ? dead() : call(...args);
  return {
    ...deps,
    api,
    audit: { ...deps.audit, append: alive(deps.audit.append) },
    control: { ...deps.control, putSubscription: alive(deps.control.putSubscription) },
  };
}

describe('webhook registration', () => {
  const registered = () => [
    ...world.cxone.simulator.state.eventRegistrations.values(),
    ...world.cxone.simulator.state.webhooks.values(),
  ];

  it('registers both forms once, and remembers it', async () => {
    expect(await world.run({})).toMatchObject({ status: 'done', webhooksRegistered: 2 });
    expect(registered().map(({ url }) => url)).toEqual([
      'https://relay.example.com/cxone/events?token=url-token',
      expect.stringMatching(/^https:\/\/relay\.example\.com\/cxone\/events\?r=[0-9a-f]{8}$/),
    ]);
    world.writes();
    await world.run();
    expect(world.writes()).toEqual([]);
  });

  it('registers anew when the URL or a secret changes', async () => {
    await world.run({});
    world.secrets.current = 'rotated-secret';
    expect(await world.run()).toMatchObject({ webhooksRegistered: 1 });
    world.secrets.urlToken = 'rotated-token';
    expect(await world.run()).toMatchObject({ webhooksRegistered: 1 });
    expect(await world.run({ webhooks: { targetUrl: 'https://new.example.com' } })).toMatchObject({
      webhooksRegistered: 2,
    });
    expect(registered()).toHaveLength(6);
  });

  it('takes 409 for success', async () => {
    await world.run({});
    const { DeleteItemCommand } = await import('@aws-sdk/client-dynamodb');
    for (const id of ['webhook#event-registration', 'webhook#data-action-webhook'])
      await world.dynamo.client.send(new DeleteItemCommand({ TableName: 'Control', Key: { id: { S: id } } }));
    expect(await world.run()).toMatchObject({ status: 'done', webhooksRegistered: 2 });
    expect(registered()).toHaveLength(2);
  });

  it('no secret and no token stands in the audit trail or the log', async () => {
    await world.run({ subscriptions: [declared('a')] });
    const text = JSON.stringify([await world.auditRecords(), world.log.lines]);
    expect(text).not.toMatch(/signing-secret|url-token/);
  });
});
