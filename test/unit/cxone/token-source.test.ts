import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CxoneClientSettings } from '../../../lib/cxone/settings.ts';
import { credentialKey } from '../../../lib/cxone/token-renewal.ts';
import { createTokenSource, REFRESHER_OPTIONS } from '../../../lib/cxone/token-source.ts';
import type { StoredToken } from '../../../lib/cxone/token-store.ts';
import { type RunningSimulator, startCxoneSimulator } from '../../../local/simulator/server.ts';
import { fakeClock } from '../../support/clock.ts';
import { clientSettings } from '../../support/cxone-client.ts';
import type { RecordedLine } from '../../support/log.ts';
import { memoryTokenStore } from '../../support/memory-token-store.ts';

let running: RunningSimulator;
beforeAll(async () => {
  running = await startCxoneSimulator({ tokenRequestsPerSecond: 10_000 });
});
afterEach(() => running.simulator.reset());
afterAll(() => running.close());

const tokenCalls = () => running.simulator.requests().length;
const TOKEN_FAULT = { match: { path: '/oauth/token' } };

/** Two processes: what they share is the store. */
function parts(changes: Partial<CxoneClientSettings> = {}) {
  const clock = fakeClock(Date.now());
  const tokenStore = memoryTokenStore();
  const settings = clientSettings(running.url, { clock, tokenStore, ...changes });
  const linesOf = () => (settings.log as unknown as { lines: RecordedLine[] }).lines;
  return {
    clock,
    tokenStore,
    settings,
    lines: linesOf,
    ours: createTokenSource(settings),
    theirs: createTokenSource(settings),
  };
}

describe('the shared token', () => {
  it('is asked for once, kept in the process, and read once by another', async () => {
    const { ours, theirs, tokenStore } = parts();
    const tokens = await Promise.all(Array.from({ length: 10 }, () => ours.current()));
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    const readsOfOurs = tokenStore.reads;
    await ours.current();
    expect(tokenStore.reads).toBe(readsOfOurs);
    expect(await theirs.current()).toEqual(tokens[0]);
    expect(tokenCalls()).toBe(1);
  });

  it('is renewed by a client at 300 s, not before', async () => {
    const { ours, clock } = parts();
    await ours.current();
    clock.advance((3600 - 301) * 1000);
    expect((await ours.current()).version).toBe(1);
    clock.advance(1000);
    expect((await ours.current()).version).toBe(2);
  });

  it('is renewed by the refresher at 660 s, or at half a shorter life', async () => {
    for (const [lifetimeSeconds, keptUntilSeconds] of [
      [3600, 3600 - 661],
      [600, 299],
    ] as const) {
      running.simulator.state.options.tokenLifetimeSeconds = lifetimeSeconds;
      const { settings, clock } = parts();
      const renewedVersion = async () => (await createTokenSource(settings, REFRESHER_OPTIONS).current()).version;
      await renewedVersion();
      clock.advance(keptUntilSeconds * 1000);
      expect(await renewedVersion()).toBe(1);
      clock.advance(1000);
      expect(await renewedVersion()).toBe(2);
    }
    running.simulator.state.options.tokenLifetimeSeconds = 3600;
  });

  it('is renewed after a 401 only while the stored one is still the refused one', async () => {
    const { ours, theirs } = parts();
    const first = await ours.current();
    await theirs.current();
    expect((await ours.replacing(first)).version).toBe(2);
    expect((await theirs.replacing(first)).version).toBe(2);
    expect(tokenCalls()).toBe(2);
  });

  it('is renewed once for many calls that met the same 401 at once', async () => {
    const { ours } = parts();
    const first = await ours.current();
    const next = await Promise.all(Array.from({ length: 10 }, () => ours.replacing(first)));
    expect(next.map(({ version }) => version)).toEqual(Array(10).fill(2));
    expect(tokenCalls()).toBe(2);
  });

  it('is looked for once more when the flight that a 401 joined had just judged the refused one fit', async () => {
    const { settings, tokenStore } = parts();
    const first = await createTokenSource(settings).current();
    let replacing: Promise<StoredToken> | undefined;
    const judged: StoredToken = {
      ...first,
      get obtainedAtMs() {
        replacing ??= ours.replacing(first); // read by the margin, after the check for a refusal
        return first.obtainedAtMs;
      },
    };
    const read = async (credential: string) => (replacing === undefined ? judged : tokenStore.read(credential));
    const ours = createTokenSource({ ...settings, tokenStore: { ...tokenStore, read } });
    expect((await ours.current()).version).toBe(1);
    expect((await replacing)?.version).toBe(2);
  });

  it('goes on serving while it holds and OAuth is away; the client does not ask at every call', async () => {
    const { ours, clock, lines } = parts();
    await ours.current();
    clock.advance(3400_000);
    running.simulator.addFault({ kind: 'status', status: 503, times: 100, ...TOKEN_FAULT });
    for (let call = 0; call < 5; call++) expect((await ours.current()).version).toBe(1);
    expect(tokenCalls()).toBe(1 + 3);
    expect(lines().filter(({ level }) => level === 'warn')).toHaveLength(1);
    clock.advance(200_000);
    await expect(ours.current()).rejects.toMatchObject({ failure: 'failed' });
  });

  it('lets the refresher fail instead, so that the outage is seen while there is time', async () => {
    const { settings, clock, ours } = parts();
    await ours.current();
    clock.advance(3000_000);
    running.simulator.addFault({ kind: 'status', status: 503, times: 100, ...TOKEN_FAULT });
    await expect(createTokenSource(settings, REFRESHER_OPTIONS).current()).rejects.toMatchObject({ failure: 'failed' });
  });

  it('goes on serving while the token store is away', async () => {
    const { settings, tokenStore, clock } = parts();
    let away = false;
    const read = async (credential: string) => {
      if (away) throw new Error('table is away');
      return tokenStore.read(credential);
    };
    const source = createTokenSource({ ...settings, tokenStore: { ...tokenStore, read } });
    await source.current();
    clock.advance(3400_000);
    away = true;
    expect((await source.current()).version).toBe(1);
    clock.advance(300_000);
    await expect(source.current()).rejects.toMatchObject({ failure: 'failed', message: 'no token: table is away' });
  });
});

describe('the lease for renewing', () => {
  const heldBy = async (owner: string, version: number) => {
    const made = parts({ renewalLeaseMs: 30_000 });
    const credential = credentialKey(made.settings, await made.settings.credentials.get());
    const untilMs = made.clock.nowMs() + 30_000;
    const lease = { owner, version, untilMs };
    return { ...made, credential, lease };
  };

  it('passes to another when its holder has died, once it has lapsed', async () => {
    const { ours, clock, tokenStore, credential, lease } = await heldBy('dead', 0);
    await tokenStore.acquire(credential, lease, clock.nowMs());
    expect((await ours.current()).version).toBe(1);
    expect(clock.nowMs()).toBeGreaterThan(lease.untilMs);
    expect(clock.nowMs()).toBeLessThan(lease.untilMs + 2000);
  });

  it('does not keep a client waiting whose token still holds', async () => {
    const { ours, clock, tokenStore, credential, lease } = await heldBy('slow', 1);
    await ours.current();
    clock.advance(3400_000);
    const nowMs = clock.nowMs();
    await tokenStore.acquire(credential, { ...lease, untilMs: nowMs + 30_000 }, nowMs);
    expect((await ours.current()).version).toBe(1);
    expect(clock.nowMs()).toBe(nowMs);
  });

  it('makes a renewal that came too late give way to the one that took over', async () => {
    const { settings, tokenStore, credential, clock } = await heldBy('x', 0);
    let taken = false;
    const takenOver = async (...write: Parameters<typeof tokenStore.write>) => {
      if (taken) return tokenStore.write(...write);
      taken = true;
      clock.advance(31_000); // stalls; meanwhile another process renews
      const other = { owner: 'other', version: 0, untilMs: clock.nowMs() + 30_000 };
      await tokenStore.acquire(credential, other, clock.nowMs());
      const grant = { accessToken: 'theirs', obtainedAtMs: clock.nowMs(), expiresAtMs: clock.nowMs() + 3_600_000 };
      await tokenStore.write(credential, other, grant);
      return tokenStore.write(...write);
    };
    const stalled = createTokenSource({ ...settings, tokenStore: { ...tokenStore, write: takenOver } });
    expect(await stalled.current()).toMatchObject({ accessToken: 'theirs', version: 1 });
  });

  it('is given back when the token call fails, so that nobody waits for it', async () => {
    const { ours, theirs, clock } = parts();
    running.simulator.addFault({ kind: 'status', status: 401, ...TOKEN_FAULT });
    await expect(ours.current()).rejects.toMatchObject({ failure: 'unauthorized' });
    const nowMs = clock.nowMs();
    await theirs.current();
    expect(clock.nowMs() - nowMs).toBeLessThan(1000);
  });
});

describe('rotated credentials', () => {
  it('are fetched anew once when the token call is refused', async () => {
    let secret = 'old-secret';
    let fetched = 0;
    const credentials = {
      get: async () => ({ clientId: 'local-client-id', clientSecret: secret }),
      refetch: async () => {
        fetched += 1;
        secret = 'local-client-secret';
        return true;
      },
    };
    const { ours } = parts({ credentials });
    expect((await ours.current()).version).toBe(1);
    expect(fetched).toBe(1);
    expect(tokenCalls()).toBe(2);
  });

  it('of another client id have a token of their own', async () => {
    let clientId = 'local-client-id';
    const credentials = {
      get: async () => ({ clientId, clientSecret: 'local-client-secret' }),
      refetch: async () => false,
    };
    const { ours } = parts({ credentials });
    const first = await ours.current();
    clientId = 'second-client-id';
    running.simulator.state.options.clientId = clientId;
    const second = await ours.current();
    running.simulator.state.options.clientId = 'local-client-id';
    expect(second.accessToken).not.toBe(first.accessToken);
    expect(second.version).toBe(1);
  });
});
