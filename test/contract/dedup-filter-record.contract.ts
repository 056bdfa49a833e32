import { expect, it } from '@jest/globals';
import type { FilterRecordStore } from '../../lib/dedup/filter-record.ts';

/** What every FilterRecordStore does. `make` answers one without a record. */
export function filterRecordContract(make: () => Promise<FilterRecordStore>): void {
  const stamps = (entries: Record<number, string>) =>
    new Map(Object.entries(entries).map(([n, stamp]) => [Number(n), stamp]));
  const standing = async (store: FilterRecordStore) => {
    const { sinceMs, listed } = await store.read();
    return { sinceMs, listed: Object.fromEntries(listed) };
  };

  it('reads a record that was never written as: nothing committed, nothing listed', async () => {
    expect(await standing(await make())).toEqual({ sinceMs: 0, listed: {} });
  });

  it('lists generations side by side, the same one again too', async () => {
    const store = await make();
    expect(await store.list(stamps({ 7: 'a' }), [])).toBe('done');
    expect(await store.list(stamps({ 7: 'a', 8: 'b' }), [])).toBe('done');
    expect(await standing(store)).toEqual({ sinceMs: 0, listed: { 7: 'a', 8: 'b' } });
  });

  it('refuses a listing whole when one generation is listed under another stamp', async () => {
    const store = await make();
    await store.list(stamps({ 7: 'a' }), []);
    expect(await store.list(stamps({ 7: 'x', 8: 'b' }), [])).toBe('refused');
    expect(await standing(store)).toEqual({ sinceMs: 0, listed: { 7: 'a' } });
  });

  it('drops what is to be forgotten, listed or not, with the next listing', async () => {
    const store = await make();
    await store.list(stamps({ 1: 'a', 2: 'b' }), []);
    await store.list(stamps({ 9: 'c' }), [1, 5]);
    expect((await standing(store)).listed).toEqual({ 2: 'b', 9: 'c' });
  });

  it('moves sinceMs once: a need that is met already is refused', async () => {
    const store = await make();
    expect(await store.cover(100, 150)).toBe('done');
    expect(await store.cover(150, 999)).toBe('refused');
    expect(await store.cover(151, 201)).toBe('done');
    expect(await standing(store)).toEqual({ sinceMs: 201, listed: {} });
  });

  it('notes damage: the stamps as they are now, missing generations no more, sinceMs raised', async () => {
    const store = await make();
    await store.list(stamps({ 7: 'a', 8: 'b', 9: 'c' }), []);
    expect(await store.damage({ was: stamps({ 7: 'a', 8: 'b' }), now: stamps({ 7: 'x' }), sinceMs: 500 })).toBe('done');
    expect(await standing(store)).toEqual({ sinceMs: 500, listed: { 7: 'x', 9: 'c' } });
  });

  it('notes damage that leaves no generation', async () => {
    const store = await make();
    await store.list(stamps({ 7: 'a' }), []);
    expect(await store.damage({ was: stamps({ 7: 'a' }), now: new Map(), sinceMs: 500 })).toBe('done');
    expect(await standing(store)).toEqual({ sinceMs: 500, listed: {} });
  });

  it('never lowers sinceMs by damage, and still takes the stamps', async () => {
    const store = await make();
    await store.list(stamps({ 7: 'a' }), []);
    await store.cover(900, 1000);
    expect(await store.damage({ was: stamps({ 7: 'a' }), now: stamps({ 7: 'x' }), sinceMs: 500 })).toBe('done');
    expect(await standing(store)).toEqual({ sinceMs: 1000, listed: { 7: 'x' } });
    expect(await store.damage({ was: stamps({ 7: 'x' }), now: stamps({ 7: 'y' }), sinceMs: 1000 })).toBe('done');
    expect(await standing(store)).toEqual({ sinceMs: 1000, listed: { 7: 'y' } });
  });

  it('refuses damage when another router has changed one of the stamps', async () => {
    const store = await make();
    await store.list(stamps({ 7: 'a', 8: 'b' }), []);
    await store.damage({ was: stamps({ 7: 'a' }), now: stamps({ 7: 'x' }), sinceMs: 500 });
    const late = { was: stamps({ 7: 'a', 8: 'b' }), now: stamps({ 7: 'y', 8: 'y' }), sinceMs: 900 };
    expect(await store.damage(late)).toBe('refused');
    expect(await standing(store)).toEqual({ sinceMs: 500, listed: { 7: 'x', 8: 'b' } });
  });

  it('lets one of two routers win that note the same damage', async () => {
    const store = await make();
    await store.list(stamps({ 7: 'a' }), []);
    const damage = (stamp: string) =>
      store.damage({ was: stamps({ 7: 'a' }), now: stamps({ 7: stamp }), sinceMs: 500 });
    expect((await Promise.all([damage('x'), damage('y')])).sort()).toEqual(['done', 'refused']);
  });
}
