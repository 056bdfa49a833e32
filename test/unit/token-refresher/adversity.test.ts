import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHandler } from '../../../functions/token-refresher/handler.ts';
import { createCxoneClient } from '../../../lib/cxone/client.ts';
import { createTokenSource, REFRESHER_OPTIONS } from '../../../lib/cxone/token-source.ts';
import { createSecretsManager } from '../../../lib/platform/aws.ts';
import { cachedSecret } from '../../../lib/platform/secrets.ts';
import { type EmbeddedSecretsManager, startEmbeddedSecretsManager } from '../../../local/embedded/secrets-manager.ts';
import { createCxoneSimulator } from '../../../local/simulator/create-simulator.ts';
import { fakeClock } from '../../support/clock.ts';
import { clientSettings } from '../../support/cxone-client.ts';
import { recordingLog } from '../../support/log.ts';

const MINUTE_MS = 60_000;
const clock = fakeClock();
const simulator = createCxoneSimulator({ tokenRequestsPerSecond: 10_000, apiRequestsPerSecond: 10_000 }, clock);
let url: string;
let close: () => void;
beforeEach(async () => {
  const server = createServer((request, response) => {
    simulator.handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    server.close();
    server.closeAllConnections();
  };
});
afterEach(() => {
  close();
  simulator.reset();
  simulator.state.options.tokenLifetimeSeconds = 3600;
  simulator.state.options.clientSecret = 'local-client-secret';
});

const tokenCalls = () => simulator.requests().filter(({ path }) => path.endsWith('/token'));
const refused = () => simulator.requests().filter(({ status }) => status === 401);

/** Refresher and client, each a process of its own, that share the stored token; clocks may differ. */
function processes(changes: Parameters<typeof clientSettings>[1] = {}, clientAheadMs = 0) {
  const settings = clientSettings(url, { clock, ...changes });
  const log = recordingLog();
  const metrics = { add: () => undefined, flush: () => undefined };
  const createTokens = () => createTokenSource({ ...settings, log }, REFRESHER_OPTIONS);
  const refresh = createHandler({ createTokens, clock, log, metrics });
  const itsClock = { ...clock, nowMs: () => clock.nowMs() + clientAheadMs };
  const client = createCxoneClient({ ...settings, clock: itsClock });
  return { refresh, log, call: () => client.request({ method: 'GET', path: '/api/v2/eventbridge/subscriptions' }) };
}

describe('tokens that live for 30 s', () => {
  it('are renewed at half their life by whoever needs one; no call meets an expired one', async () => {
    simulator.state.options.tokenLifetimeSeconds = 30;
    const { refresh, call } = processes();
    for (let second = 0; second < 600; second += 5) {
      if (second % 300 === 0) expect(await refresh()).toMatchObject({ secondsLeft: expect.any(Number) });
      await call();
      clock.advance(5000);
    }
    expect(refused()).toEqual([]);
    expect(tokenCalls().length).toBeLessThanOrEqual(600 / 15 + 2);
  });
});

describe('clocks that differ', () => {
  it.each([-7_200_000, -30_000, 30_000, 7_200_000])(
    'by %i ms cost token calls, never a failed call',
    async (aheadMs) => {
      const { refresh, call } = processes({}, aheadMs);
      for (let minute = 0; minute < 180; minute += 5) {
        await refresh();
        await call();
        clock.advance(5 * MINUTE_MS);
      }
      expect(tokenCalls().length).toBeLessThanOrEqual(2 * 36);
    },
  );
});

describe('OAuth away for longer than the token lives', () => {
  it('calls go through while it lives, fail in time-bound tries after that, and go through again by themselves', async () => {
    const { refresh, call, log } = processes();
    await refresh();
    const { path } = tokenCalls()[0] ?? { path: '' };
    simulator.addFault({ kind: 'status', status: 503, match: { path }, rate: 1 });
    const outcomes = new Map<string, number>();
    for (let minute = 0; minute < 90; minute += 5) {
      const left = 60 - minute;
      if (left <= 11) await expect(refresh()).rejects.toMatchObject({ failure: 'failed' });
      else await refresh();
      const outcome = await call().then(
        () => 'through',
        ({ failure }: { failure: string }) => failure,
      );
      if (left !== 0) expect(outcome).toBe(left > 0 ? 'through' : 'failed');
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      clock.advance(5 * MINUTE_MS);
    }
    expect([...outcomes.keys()]).toEqual(['through', 'failed']);
    expect(log.lines.filter(({ level }) => level === 'error').length).toBeGreaterThan(0);
    simulator.faults.clear();
    await call();
    expect(await refresh()).toMatchObject({ version: 2 });
    expect(refused()).toEqual([]); // no dead token was sent
  });
});

describe('a secret that is rotated meanwhile', () => {
  const NAME = 'cxone-relay/test/cxone';
  let secretsManager: EmbeddedSecretsManager;
  const stored = { clientId: 'local-client-id', clientSecret: 'local-client-secret' };
  beforeEach(async () => {
    secretsManager = await startEmbeddedSecretsManager(new Map([[NAME, stored]]));
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = secretsManager.url;
    process.env.AWS_REGION = 'us-east-1';
    process.env.AWS_ACCESS_KEY_ID = 'local';
    process.env.AWS_SECRET_ACCESS_KEY = 'local';
  });
  afterEach(() => secretsManager.close());
  const withSecret = () =>
    processes({
      credentials: cachedSecret({
        client: createSecretsManager({ maxAttempts: 1, requestTimeoutMs: 2000 }),
        name: NAME,
        parse: (json) => ({ ...(json as typeof stored) }),
        clock,
        onStale: () => undefined,
      }),
    });

  it('is found by the renewal that the old one is refused to', async () => {
    const { refresh, call } = withSecret();
    await refresh();
    clock.advance(56 * MINUTE_MS);
    await call(); // the client's secret is read afresh
    clock.advance(MINUTE_MS / 2);
    simulator.state.options.clientSecret = 'rotated';
    secretsManager.replace(NAME, { ...stored, clientSecret: 'rotated' });
    simulator.revokeTokens();
    await call();
    clock.advance(1);
    expect(await refresh()).toMatchObject({ renewed: false, version: 3 });
  });

  it('first at CXone and later here: the refresher names what to check, calls go on, and it mends itself', async () => {
    const { refresh, call } = withSecret();
    await refresh();
    simulator.state.options.clientSecret = 'rotated';
    clock.advance(55 * MINUTE_MS);
    await expect(refresh()).rejects.toThrow(/CXONE_CLIENT_SECRET/);
    await call();
    secretsManager.replace(NAME, { ...stored, clientSecret: 'rotated' });
    clock.advance(MINUTE_MS);
    expect(await refresh()).toMatchObject({ renewed: true, version: 2 });
  });

  it('was read anew by another call while the old one was being refused: no call fails', async () => {
    const secrets = ['old', 'local-client-secret'];
    let reads = 0;
    const credentials = {
      get: async () => ({ clientId: 'local-client-id', clientSecret: secrets[Math.min(reads++, 1)] ?? '' }),
      refetch: async () => false, // it was fetched less than 30 s ago
    };
    const { call } = processes({ credentials });
    await call();
  });

  it('cannot be read when CXone refuses the old one: the error is still the one that names what to check', async () => {
    simulator.state.options.clientSecret = 'rotated';
    const { refresh } = processes({
      credentials: {
        get: async () => ({ clientId: 'local-client-id', clientSecret: 'old' }),
        refetch: () => Promise.reject(new Error('Secrets Manager is away')),
      },
    });
    await expect(refresh()).rejects.toThrow(/CXONE_CLIENT_SECRET/);
  });
});
