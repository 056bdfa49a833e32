import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { json, recordingServer } from '../../support/recording-server.ts';
import { type Simulated, simulated } from './support.ts';

let cxone: Simulated;
afterEach(() => cxone.close());
const REGISTRATIONS = '/api/v2/event/registrations';

describe('tokens', () => {
  it('expire, can be revoked, and hold the scopes that were granted', async () => {
    cxone = await simulated({ grantedScopes: ['event:read'] });
    expect((await cxone.call('GET', REGISTRATIONS)).status).toBe(200);
    expect((await cxone.call('GET', '/api/v2/webhooks')).status).toBe(403);
    expect((await cxone.call('POST', '/_sim/revoke-tokens')).body).toEqual({ revoked: 1 });
    expect((await cxone.call('GET', REGISTRATIONS)).status).toBe(401);
  });

  it('are refused to a wrong secret', async () => {
    cxone = await simulated();
    cxone.simulator.state.options.clientSecret = 'another';
    const asked = { grant_type: 'client_credentials', client_id: 'local-client-id', client_secret: 'wrong' };
    expect(await cxone.call('POST', '/oauth/token', asked)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
  });
});

describe('limits and faults', () => {
  it('answers 429 with Retry-After above the rate', async () => {
    cxone = await simulated({ apiRequestsPerSecond: 3 });
    const statuses: number[] = [];
    for (let sent = 0; sent < 6; sent++) statuses.push((await cxone.call('GET', REGISTRATIONS)).status);
    expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
    expect(statuses).toContain(429);
  });

  it('applies a fault so often, to what it matches', async () => {
    cxone = await simulated();
    const fault = {
      kind: 'status',
      status: 429,
      retryAfter: 'date:5',
      times: 2,
      match: { method: 'GET', path: '/api/v2/event' },
    };
    expect((await cxone.call('POST', '/_sim/faults', fault)).status).toBe(201);
    const first = await cxone.call('GET', REGISTRATIONS);
    expect(first.status).toBe(429);
    expect(Date.parse(first.headers.get('retry-after') ?? '')).toBeGreaterThan(Date.now());
    expect((await cxone.call('GET', '/api/v2/webhooks')).status).toBe(200);
    expect((await cxone.call('GET', REGISTRATIONS)).status).toBe(429);
    expect((await cxone.call('GET', REGISTRATIONS)).status).toBe(200);
  });

  it('draws faults by rate from its seed: the same seed, the same draws', async () => {
    const drawn: number[][] = [];
    for (let run = 0; run < 2; run++) {
      cxone = await simulated({ seed: 7 });
      cxone.simulator.addFault({ kind: 'status', status: 500, rate: 0.3 });
      cxone.simulator.state.tokens.clear();
      const statuses: number[] = [];
      for (let sent = 0; sent < 30; sent++) statuses.push((await fetch(`${cxone.url}${REGISTRATIONS}`)).status);
      drawn.push(statuses);
      if (run === 0) await cxone.close();
    }
    expect(drawn[0]).toEqual(drawn[1]);
    expect(new Set(drawn[0])).toEqual(new Set([401, 500]));
  });

  it('refuses a fault it does not know, naming the field', async () => {
    cxone = await simulated();
    const answer = await cxone.call('POST', '/_sim/faults', { kind: 'status', rate: 7 });
    expect(answer.status).toBe(400);
  });
});

describe('what an operator sees', () => {
  it('holds no secret, no token and no url-token', async () => {
    cxone = await simulated();
    await cxone.call('POST', REGISTRATIONS, {
      name: 'n',
      url: 'https://example.com/cxone/webhook?token=url-token',
      eventTypes: ['DATA_ACTION_TRIGGERED'],
    });
    const hook = { url: 'https://example.com/hook', events: ['data.action.updated'], secret: 'hook-secret' };
    await cxone.call('POST', '/api/v2/webhooks', hook);
    const issued = [...cxone.simulator.state.tokens.keys()][0] ?? '';
    const text = JSON.stringify([
      (await cxone.call('GET', '/_sim/state')).body,
      (await cxone.call('GET', '/_sim/requests')).body,
    ]);
    for (const secret of ['local-client-secret', 'hook-secret', `Bearer ${issued}`]) expect(text).not.toContain(secret);
    const state = JSON.stringify((await cxone.call('GET', '/_sim/state')).body);
    expect(state).not.toContain('url-token');
    expect(state).not.toContain(issued);
  });

  it('is empty again after a reset', async () => {
    cxone = await simulated();
    await cxone.call('POST', REGISTRATIONS, { name: 'n', url: 'https://example.com/', eventTypes: ['X'] });
    await cxone.call('POST', '/_sim/reset');
    const state = (await cxone.call('GET', '/_sim/state')).body;
    expect(state).toMatchObject({ eventRegistrations: [], tokens: [], violations: [] });
    expect((await cxone.call('GET', '/_sim/requests')).body).toEqual([]);
  });
});

describe('registered webhooks', () => {
  it('are there once, and get what they asked for: with the url-token, or signed over the bytes', async () => {
    cxone = await simulated();
    const receiver = await recordingServer((response) => json(response, 202, { status: 'accepted' }));
    const registration = { name: 'n', url: `${receiver.url}/a?token=t`, eventTypes: ['DATA_ACTION_TRIGGERED'] };
    const hook = { url: `${receiver.url}/b`, events: ['data.action.updated'], secret: 's3' };
    for (const expected of [201, 409]) {
      expect((await cxone.call('POST', REGISTRATIONS, registration)).status).toBe(expected);
      expect((await cxone.call('POST', '/api/v2/webhooks', hook)).status).toBe(expected);
    }
    const delivered = await cxone.simulator.deliver({ eventType: 'DATA_ACTION_TRIGGERED', data: { contactId: 'é' } });
    expect(delivered).toEqual([{ url: `${receiver.url}/a`, status: 202, body: { status: 'accepted' } }]);
    await cxone.simulator.deliver({ interactionId: 'i', dataActionId: 'd', updatedTimestamp: '2026-01-31T12:00:00Z' });
    const [first, second] = receiver.requests;
    expect(first?.url).toBe('/a?token=t');
    expect(first?.headers['x-nice-signature']).toBeUndefined();
    expect(second?.url).toBe('/b');
    const signature = createHmac('sha256', 's3')
      .update(second?.body ?? '')
      .digest('hex');
    expect(second?.headers['x-nice-signature']).toBe(signature);
    const target = { url: `${receiver.url}/c`, secret: 's4' };
    await cxone.call('POST', '/_sim/deliver', { event: { actionType: 'QUEUE_TRANSFER' }, target });
    expect(receiver.requests[2]?.headers['x-cxone-signature']).toMatch(/^[0-9a-f]{64}$/);
    await receiver.close();
  });
});
