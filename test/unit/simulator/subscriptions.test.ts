import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SimulatorOptions } from '../../../local/simulator/options.ts';
import { type Simulated, simulated } from './support.ts';

const PATH = '/api/v2/eventbridge/subscriptions';
let cxone: Simulated;
afterEach(() => cxone.close());

const payload = (name: string, extra: Record<string, unknown> = {}) => ({
  name,
  eventType: 'contact.created',
  filters: [
    { field: 'a', operator: 'eq', value: '1' },
    { field: 'b', operator: 'eq', value: '2' },
  ],
  endpoints: [{ url: 'https://example.com/in', type: 'webhook' }],
  ...extra,
});
const headers = (key: string) => ({
  'x-genesys-client-name': 'cxone-relay',
  'idempotency-key': createHash('sha256').update(key).digest('hex'),
});
const write = (method: string, path: string, key: string, body?: unknown) =>
  cxone.call(method, path, body, headers(key));

async function listed(): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (let path: string | undefined = PATH; path !== undefined; ) {
    const { body } = await cxone.call('GET', path);
    const list: unknown = Array.isArray(body) ? body : (body.items ?? body.subscriptions ?? body.entities);
    found.push(...(list as Record<string, unknown>[]));
    path = typeof body.nextPage === 'string' ? body.nextPage.replace(cxone.url, '') : undefined;
  }
  return found;
}

describe('subscriptions', () => {
  it('become active after some polls, are filled with defaults, replaced and deleted', async () => {
    cxone = await simulated({ pollsUntilActive: 2 });
    const created = await write('POST', PATH, 'k1', payload('one'));
    expect(created).toMatchObject({ status: 201, body: { name: 'one', state: 'pending' } });
    const one = `${PATH}/${String(created.body.id)}`;
    const states: unknown[] = [];
    for (let poll = 0; poll < 3; poll++) states.push((await cxone.call('GET', `${one}/delivery-status`)).body.state);
    expect(states).toEqual(['pending', 'pending', 'active']);
    const [shown] = await listed();
    expect(shown).toMatchObject({
      version: 1,
      description: '',
      retryConfiguration: { maxRetries: 5 },
      state: 'active',
    });
    expect(shown?.filters).toMatchObject([{ field: 'b' }, { field: 'a' }]);
    expect((await write('PUT', one, 'k2', payload('uno'))).body).toMatchObject({ name: 'uno', state: 'pending' });
    expect((await write('DELETE', one, 'k3')).status).toBe(204);
    expect(await listed()).toEqual([]);
    expect((await write('PUT', one, 'k4', payload('uno'))).status).toBe(404);
    expect(cxone.simulator.state.violations).toEqual([]);
  });

  const forms: Partial<SimulatorOptions>[] = [
    { listForm: 'array' },
    { listForm: 'items', nextPageAs: 'url' },
    { listForm: 'subscriptions', nextPageAs: 'path' },
    { listForm: 'entities', nextPageAs: 'url' },
  ];
  for (const form of forms) {
    it(`are listed in pages as ${form.listForm}`, async () => {
      cxone = await simulated({ pageSize: 2, ...form });
      for (const name of ['a', 'b', 'c', 'd', 'e']) await write('POST', PATH, name, payload(name));
      expect((await listed()).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    });
  }

  it('replay the old answer to a key seen before, and execute nothing', async () => {
    cxone = await simulated();
    const first = await write('POST', PATH, 'same', payload('one'));
    const again = await write('POST', PATH, 'same', payload('one'));
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await listed()).toHaveLength(1);
    expect((await write('POST', PATH, 'same', payload('two'))).status).toBe(422);
    expect((await cxone.call('POST', PATH, payload('three'))).status).toBe(400);
    expect(cxone.simulator.state.violations.map(({ rule }) => rule)).toEqual(['client-name', 'idempotency-key']);
  });

  it('are refused when wrong, and beyond 100 in the organisation', async () => {
    cxone = await simulated();
    for (const wrong of [{ eventType: 'x' }, { endpoints: [] }, { endpoints: [{ url: 'nowhere', type: 'webhook' }] }])
      expect((await write('POST', PATH, JSON.stringify(wrong), payload('x', wrong))).status).toBe(400);
    for (let n = 0; n < 100; n++) expect((await write('POST', PATH, `n${n}`, payload(`n${n}`))).status).toBe(201);
    expect((await write('POST', PATH, 'n100', payload('n100'))).status).toBe(400);
  });

  it('can be spoilt by hand and given a delivery error', async () => {
    cxone = await simulated();
    const { body } = await write('POST', PATH, 'k', payload('one'));
    await cxone.call('PATCH', `/_sim/subscriptions/${String(body.id)}`, {
      eventType: 'queue.event',
      lastDeliveryError: 'endpoint said 500',
    });
    expect(await listed()).toMatchObject([{ eventType: 'queue.event' }]);
    const status = await cxone.call('GET', `${PATH}/${String(body.id)}/delivery-status`);
    expect(status.body).toMatchObject({ lastDeliveryError: 'endpoint said 500' });
  });
});
