import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createCxoneClient } from '../../../lib/cxone/client.ts';
import type { CxoneError, CxoneRequest } from '../../../lib/cxone/types.ts';
import { type RunningSimulator, startCxoneSimulator } from '../../../local/simulator/server.ts';
import { fakeClock } from '../../support/clock.ts';
import { clientSettings } from '../../support/cxone-client.ts';
import { json, recordingServer } from '../../support/recording-server.ts';

const CONTACTS = '/api/v2/outbound/contacts';
const optIn: CxoneRequest = {
  method: 'POST',
  path: CONTACTS,
  json: { contacts: [{ phone: { phoneNumber: '+14155550100' }, dnc: { doNotCall: false } }] },
};

let running: RunningSimulator;
beforeAll(async () => {
  running = await startCxoneSimulator({ apiRequestsPerSecond: 10_000, tokenRequestsPerSecond: 10_000 });
});
afterEach(() => running.simulator.reset());
afterAll(() => running.close());

const api = () => running.simulator.requests().filter(({ path }) => !path.endsWith('/token'));
const tokenCalls = () => running.simulator.requests().filter(({ path }) => path.endsWith('/token')).length;
const fault = (fields: Parameters<typeof running.simulator.addFault>[0]) =>
  running.simulator.addFault({ match: { path: '/api/v2/outbound' }, ...fields });
const failureOf = async (work: Promise<unknown>): Promise<CxoneError> =>
  work.then(
    () => {
      throw new Error('should have failed');
    },
    (error: CxoneError) => error,
  );

/** A client on a clock that jumps over waits; `waitedMs` is how much it would have waited. */
function client(changes: Parameters<typeof clientSettings>[1] = {}) {
  const clock = fakeClock(Date.now());
  const startMs = clock.nowMs();
  const random = () => 0.5;
  return {
    ...createCxoneClient(clientSettings(running.url, { clock, random, ...changes })),
    clock,
    waitedMs: () => clock.nowMs() - startMs,
  };
}

describe('a call to CXone', () => {
  it('carries token, accept and JSON, and answers status, headers and parsed body', async () => {
    const answer = await client().request({ ...optIn, headers: { 'x-own': 'yes' } });
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer).not.toHaveProperty('openTries');
    expect(api()[0]?.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: 'Bearer ***',
      'x-own': 'yes',
    });
  });

  it('sends a DELETE with its body and takes an empty answer', async () => {
    const server = await recordingServer((response, count) =>
      count === 1 ? json(response, 200, { access_token: 't', expires_in: 60 }) : response.writeHead(204).end(),
    );
    const request = { method: 'DELETE' as const, path: '/dnc-groups/7/records?x=1', json: { dncGroupRecords: [] } };
    const answer = await createCxoneClient(clientSettings(server.url)).request(request);
    expect(answer).toMatchObject({ status: 204, body: undefined });
    expect(server.requests[1]).toMatchObject({ url: request.path, body: '{"dncGroupRecords":[]}' });
    await server.close();
  });

  it('keeps below the rate, retries included', async () => {
    const slow = client({ api: { requestsPerSecond: 5 } });
    for (let sent = 0; sent < 6; sent++) await slow.request(optIn);
    expect(slow.waitedMs()).toBe(1000);
  });

  it('counts one outcome for each request', async () => {
    const counted: unknown[] = [];
    const metrics = { add: (...args: unknown[]) => void counted.push(args[3]), flush: () => undefined };
    fault({ kind: 'status', status: 422, times: 1 });
    const counting = client({ metrics });
    await failureOf(counting.request(optIn));
    await counting.request(optIn);
    expect(counted).toEqual([{ outcome: 'refused' }, { outcome: 'success' }]);
  });
});

describe('429', () => {
  it('waits for Retry-After in seconds', async () => {
    fault({ kind: 'status', status: 429, retryAfter: '7' });
    const patient = client();
    await patient.request(optIn);
    expect(patient.waitedMs()).toBe(7000);
  });

  it('waits for Retry-After as a date, by the clock of the server that wrote it', async () => {
    fault({ kind: 'status', status: 429, retryAfter: 'date:9' });
    const wrong = fakeClock(Date.now() - 86_400_000);
    const startMs = wrong.nowMs();
    await createCxoneClient(clientSettings(running.url, { clock: wrong })).request(optIn);
    expect(Math.abs(wrong.nowMs() - startMs - 9000)).toBeLessThanOrEqual(1000); // dates have whole seconds
  });

  it('backs off exponentially, jittered, when no Retry-After is given', async () => {
    fault({ kind: 'status', status: 429, times: 2 });
    const patient = client();
    await patient.request(optIn);
    expect(patient.waitedMs()).toBe(250 + 500);
  });

  it('holds back the client, not the one request alone', async () => {
    fault({ kind: 'status', status: 429, retryAfter: '4', times: 1 });
    const shared = client();
    expect(await failureOf(shared.request({ ...optIn, attempts: 1 }))).toMatchObject({
      failure: 'throttled',
      retryAfterMs: 4000,
    });
    await shared.request(optIn);
    expect(shared.waitedMs()).toBeGreaterThanOrEqual(4000);
  });

  it.each([
    ['a year', '31536000'],
    ['more seconds than a number holds', '9'.repeat(400)],
    ['the last day of 9999', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  ])('holds the client back for an hour at most, however mistaken Retry-After is: %s', async (_what, retryAfter) => {
    fault({ kind: 'status', status: 429, retryAfter });
    const shared = client();
    expect(await failureOf(shared.request(optIn))).toMatchObject({ failure: 'throttled' });
    shared.clock.advance(3_500_000);
    expect(await failureOf(shared.request(optIn))).toMatchObject({ failure: 'throttled' });
    shared.clock.advance(100_001);
    await shared.request(optIn);
    expect(api()).toHaveLength(2);
  });

  it('is throttled on the last try, and at once when Retry-After is longer than the deadline or the patience', async () => {
    fault({ kind: 'status', status: 429, times: 3 });
    expect(await failureOf(client().request(optIn))).toMatchObject({
      failure: 'throttled',
      status: 429,
      retryable: true,
    });
    expect(api()).toHaveLength(3);
    fault({ kind: 'status', status: 429, retryAfter: '30', times: 2 });
    const hasty = client();
    const deadlineMs = hasty.clock.nowMs() + 5000;
    expect(await failureOf(hasty.request({ ...optIn, deadlineMs }))).toMatchObject({ retryAfterMs: 30_000 });
    expect(hasty.waitedMs()).toBe(0);
    expect(await failureOf(client({ maxRetryAfterMs: 20_000 }).request(optIn))).toMatchObject({ failure: 'throttled' });
    expect(api()).toHaveLength(5);
  });
});

describe('outages', () => {
  it('tries 5xx three times, then fails', async () => {
    fault({ kind: 'status', status: 500, message: 'db down', times: 5 });
    const failure = await failureOf(client().request(optIn));
    expect(failure).toMatchObject({ failure: 'failed', status: 500, openTries: 0, retryable: true });
    expect(failure.message).toBe(`POST ${CONTACTS}: CXone answered 500: db down`);
    expect(api()).toHaveLength(3);
  });

  it('succeeds on the third try after two resets, and says that two tries are open', async () => {
    fault({ kind: 'reset', times: 2 });
    expect(await client().request(optIn)).toMatchObject({ status: 200, openTries: 2 });
  });

  it('is unknown after a time-out, since CXone may execute the request later', async () => {
    fault({ kind: 'late', delayMs: 20 });
    const failure = await failureOf(client().request({ ...optIn, timeoutMs: 60, attempts: 1 }));
    expect(failure).toMatchObject({ failure: 'unknown', openTries: 1 });
    expect(running.simulator.state.contacts.size).toBe(0);
    while (running.simulator.state.contacts.size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('keeps an open try in mind when a later one is refused or answered 504', async () => {
    fault({ kind: 'reset' });
    fault({ kind: 'status', status: 504 });
    fault({ kind: 'status', status: 422 });
    expect(await failureOf(client().request(optIn))).toMatchObject({ failure: 'refused', status: 422, openTries: 2 });
  });

  it('is failed, not unknown, when there was nobody to connect to', async () => {
    const noKeepAlive = { connection: 'close' };
    const gone = await recordingServer((response) =>
      json(response, 200, { access_token: 't', expires_in: 3600 }, noKeepAlive),
    );
    const clientOfGone = createCxoneClient(clientSettings(gone.url));
    await clientOfGone.request({ method: 'GET', path: '/x' });
    await gone.close();
    expect(await failureOf(clientOfGone.request(optIn))).toMatchObject({ failure: 'failed', openTries: 0 });
  });

  it('begins no try and no wait beyond the deadline', async () => {
    fault({ kind: 'status', status: 503, times: 9 });
    const bounded = client({ backoff: { firstDelayMs: 4000, maxDelayMs: 60_000 } });
    const deadlineMs = bounded.clock.nowMs() + 5000;
    await failureOf(bounded.request({ ...optIn, attempts: 9, deadlineMs }));
    expect(api()).toHaveLength(2);
    expect(bounded.clock.nowMs()).toBeLessThanOrEqual(deadlineMs);
    const late = await failureOf(bounded.request({ ...optIn, deadlineMs: bounded.clock.nowMs() - 1 }));
    expect(late).toMatchObject({ openTries: 0, status: undefined });
    expect(api()).toHaveLength(2);
  });
});

describe('refusals', () => {
  it('renews the token once after 401 and goes on, without that counting as a try', async () => {
    const steady = client();
    await steady.request(optIn);
    running.simulator.revokeTokens();
    await steady.request({ ...optIn, attempts: 1 });
    expect(tokenCalls()).toBe(2);
    expect(api().map(({ status }) => status)).toEqual([200, 401, 200]);
  });

  it('is unauthorized when the renewed token is refused too', async () => {
    fault({ kind: 'status', status: 401, times: 5 });
    expect(await failureOf(client().request(optIn))).toMatchObject({ failure: 'unauthorized', status: 401 });
    expect(api()).toHaveLength(2);
    expect(tokenCalls()).toBe(2);
  });

  it('names the missing scope after 403, and does not try again', async () => {
    running.simulator.state.options.grantedScopes = ['event:read'];
    const failure = await failureOf(client().request(optIn));
    running.simulator.state.options.grantedScopes = null;
    expect(failure).toMatchObject({ failure: 'forbidden', status: 403 });
    expect(failure.message).toContain('outbound:contacts:write');
    expect(failure.message).toContain('cxone.scopes');
    expect(api()).toHaveLength(1);
  });

  it('never repeats a 4xx, and hands on message and body', async () => {
    fault({ kind: 'status', status: 400, message: 'x'.repeat(2000) });
    const failure = await failureOf(client().request(optIn));
    expect(failure).toMatchObject({
      failure: 'refused',
      status: 400,
      retryable: false,
      body: { message: 'x'.repeat(2000) },
    });
    expect(failure.message.length).toBeLessThan(600);
    expect(api()).toHaveLength(1);
  });

  it('never shows a token that CXone echoes', async () => {
    const echo = await recordingServer((response, count) =>
      count === 1
        ? json(response, 200, { access_token: 'very-secret-token', expires_in: 3600 })
        : json(response, 400, { message: 'bad header Bearer very-secret-token' }),
    );
    const failure = await failureOf(
      createCxoneClient(clientSettings(echo.url)).request({ method: 'GET', path: '/x?q=1' }),
    );
    expect(failure.message).toBe('GET /x: CXone answered 400: bad header Bearer ***');
    await echo.close();
  });

  it('does not follow a redirect, nor send its token to another origin', async () => {
    const elsewhere = await recordingServer((response) => json(response, 200, {}));
    const redirecting = await recordingServer((response, count) =>
      count === 1
        ? json(response, 200, { access_token: 't', expires_in: 3600 })
        : response.writeHead(307, { location: elsewhere.url }).end(),
    );
    const careful = createCxoneClient(clientSettings(redirecting.url));
    expect(await failureOf(careful.request({ method: 'GET', path: '/x' }))).toMatchObject({
      failure: 'refused',
      status: 307,
    });
    expect(await failureOf(careful.request({ method: 'GET', path: `${elsewhere.url}/x` }))).toMatchObject({
      failure: 'refused',
    });
    await careful.request({ method: 'GET', path: `${redirecting.url}/y` }).catch(() => undefined);
    expect(redirecting.requests.at(-1)?.url).toBe('/y');
    expect(elsewhere.requests).toHaveLength(0);
    await Promise.all([elsewhere.close(), redirecting.close()]);
  });

  it('has no token, so sends nothing, when the credentials are refused', async () => {
    running.simulator.addFault({ kind: 'status', status: 401, match: { path: '/oauth/token' } });
    expect(await failureOf(client().request(optIn))).toMatchObject({ failure: 'unauthorized', openTries: 0 });
    expect(api()).toHaveLength(0);
  });

  it('gives up waiting for a token at the deadline', async () => {
    running.simulator.addFault({ kind: 'timeout', match: { path: '/oauth/token' } });
    const waiting = client();
    const failure = await failureOf(waiting.request({ ...optIn, deadlineMs: waiting.clock.nowMs() + 80 }));
    expect(failure).toMatchObject({ failure: 'failed', openTries: 0 });
  });

  it('cannot be made without an address', () => {
    expect(() => createCxoneClient(clientSettings('', { api: { baseUrl: null } }))).toThrow(/cxone\.baseUrl/);
  });
});
