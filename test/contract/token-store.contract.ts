import { expect, it } from '@jest/globals';
import type { RenewalLease, TokenStore } from '../../lib/cxone/token-store.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 12);
const grant = (accessToken: string) => ({ accessToken, obtainedAtMs: NOW_MS, expiresAtMs: NOW_MS + 3_600_000 });
const leaseOf = (owner: string, version: number, untilMs = NOW_MS + 30_000): RenewalLease => ({
  owner,
  version,
  untilMs,
});

/** What every TokenStore does. `make` may share one store: each test uses a credential of its own. */
export function tokenStoreContract(make: () => TokenStore): void {
  let last = 0;
  const fresh = () => `credential-${++last}`;
  const renewed = async (store: TokenStore, credential: string, version: number, accessToken: string) => {
    const lease = leaseOf(`renewer-${version}`, version);
    expect(await store.acquire(credential, lease, NOW_MS)).toBe(true);
    return store.write(credential, lease, grant(accessToken));
  };

  it('has nothing at first, also while the first renewal is under way', async () => {
    const [store, credential] = [make(), fresh()];
    expect(await store.read(credential)).toBeUndefined();
    expect(await store.acquire(credential, leaseOf('a', 0), NOW_MS)).toBe(true);
    expect(await store.read(credential)).toBeUndefined();
  });

  it('keeps a written token with its times and raises the version by one each time', async () => {
    const [store, credential] = [make(), fresh()];
    expect(await renewed(store, credential, 0, 'first')).toEqual({ ...grant('first'), version: 1 });
    expect(await store.read(credential)).toEqual({ ...grant('first'), version: 1 });
    await renewed(store, credential, 1, 'second');
    expect(await store.read(credential)).toEqual({ ...grant('second'), version: 2 });
  });

  it('gives the right to renew to one of many', async () => {
    const [store, credential] = [make(), fresh()];
    const asked = await Promise.all(
      Array.from({ length: 8 }, (_, index) => store.acquire(credential, leaseOf(`owner-${index}`, 0), NOW_MS)),
    );
    expect(asked.filter(Boolean)).toHaveLength(1);
  });

  it('refuses the right to renew a version that has been replaced', async () => {
    const [store, credential] = [make(), fresh()];
    await renewed(store, credential, 0, 'first');
    expect(await store.acquire(credential, leaseOf('late', 0), NOW_MS)).toBe(false);
    expect(await store.acquire(credential, leaseOf('right', 1), NOW_MS)).toBe(true);
  });

  it('hands a lapsed lease to the next, and refuses what its late holder writes', async () => {
    const [store, credential] = [make(), fresh()];
    const [dead, next] = [leaseOf('dead', 0), leaseOf('next', 0, NOW_MS + 90_000)];
    await store.acquire(credential, dead, NOW_MS);
    expect(await store.acquire(credential, next, dead.untilMs)).toBe(false);
    expect(await store.acquire(credential, next, dead.untilMs + 1)).toBe(true);
    expect(await store.write(credential, dead, grant('dead'))).toBeUndefined();
    expect(await store.write(credential, next, grant('next'))).toMatchObject({ accessToken: 'next', version: 1 });
    expect(await store.write(credential, dead, grant('dead'))).toBeUndefined();
    expect(await store.read(credential)).toMatchObject({ accessToken: 'next' });
  });

  it('frees a lease that is given back, but only by its holder', async () => {
    const [store, credential] = [make(), fresh()];
    await store.acquire(credential, leaseOf('a', 0), NOW_MS);
    await store.release(credential, leaseOf('stranger', 0));
    expect(await store.acquire(credential, leaseOf('b', 0), NOW_MS)).toBe(false);
    await store.release(credential, leaseOf('a', 0));
    expect(await store.acquire(credential, leaseOf('b', 0), NOW_MS)).toBe(true);
  });

  it('keeps credentials apart', async () => {
    const [store, one, other] = [make(), fresh(), fresh()];
    await renewed(store, one, 0, 'one');
    expect(await store.read(other)).toBeUndefined();
    expect(await store.acquire(other, leaseOf('a', 0), NOW_MS)).toBe(true);
  });
}
