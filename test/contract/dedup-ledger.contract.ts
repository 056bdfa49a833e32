import { expect, it } from '@jest/globals';
import type { Ledger } from '../../lib/dedup/ledger.ts';

/** What every Ledger does. `make` may share one ledger among tests: each uses keys of its own. */
export function ledgerContract(make: () => Promise<Ledger>): void {
  let tests = 0;
  const keys = (count: number) => {
    const test = ++tests;
    return Array.from({ length: count }, (_, i) => `dnc#${test}-${i}`);
  };
  const soon = () => Date.now() + 60_000;

  it('answers what was committed, and nothing for other keys', async () => {
    const ledger = await make();
    const [a = '', b = ''] = keys(2);
    expect(await ledger.commit(new Map([[a, 1000]]), soon())).toEqual(new Set([a]));
    const answer = await ledger.find(new Set([a, b]));
    expect(answer).toEqual({ receivedAtMs: new Map([[a, 1000]]), unanswered: new Set() });
  });

  it('keeps the latest commit of a key', async () => {
    const ledger = await make();
    const [a = ''] = keys(1);
    await ledger.commit(new Map([[a, 1000]]), soon());
    await ledger.commit(new Map([[a, 2000]]), soon());
    expect((await ledger.find(new Set([a]))).receivedAtMs.get(a)).toBe(2000);
  });

  it('takes more keys at once than one call of a store may carry', async () => {
    const ledger = await make();
    const many = keys(130);
    expect((await ledger.commit(new Map(many.map((key, i) => [key, i + 1])), soon())).size).toBe(130);
    const { receivedAtMs, unanswered } = await ledger.find(new Set(many));
    expect(receivedAtMs).toEqual(new Map(many.map((key, i) => [key, i + 1])));
    expect(unanswered.size).toBe(0);
  });

  it('takes no keys at all', async () => {
    const ledger = await make();
    expect(await ledger.find(new Set())).toEqual({ receivedAtMs: new Map(), unanswered: new Set() });
    expect(await ledger.commit(new Map(), soon())).toEqual(new Set());
  });

  it('takes writes', async () => {
    expect(await (await make()).takesWrites()).toBe(true);
  });
}
