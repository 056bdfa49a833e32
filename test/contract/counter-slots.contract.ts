import { describe, expect, it } from '@jest/globals';
import { type CounterSlot, type CounterSlots, findFreeSlot, sumOfSlots } from '../../lib/telemetry/counter-slots.ts';

const slot = (owner: string, version: number, over: Partial<CounterSlot> = {}): CounterSlot => ({
  owner,
  version,
  writtenAtMs: 1_000,
  past: [],
  totals: { r: version },
  ...over,
});

/** What `CounterSlots` promises, whoever keeps them. `fresh` answers slots that nobody has written. */
export function counterSlotsContract(fresh: () => Promise<CounterSlots>): void {
  describe('counter slots', () => {
    it('are unwritten at first, and read as they were written', async () => {
      const slots = await fresh();
      expect(await slots.read(0, 2)).toEqual([undefined, undefined]);
      const written = slot('a', 1, { past: [{ owner: 'z', version: 7 }], totals: { 'k:cxone.raw': 2 ** 52, s: 0 } });
      expect(await slots.write(0, written, undefined)).toBe('done');
      expect(await slots.read(0, 2)).toEqual([written, undefined]);
    });

    it('are replaced only after the stamp that was expected', async () => {
      const slots = await fresh();
      await slots.write(0, slot('a', 1), undefined);
      expect(await slots.write(0, slot('b', 1), undefined)).toBe('refused');
      expect(await slots.write(0, slot('b', 2), { owner: 'b', version: 1 })).toBe('refused');
      expect(await slots.write(0, slot('b', 2), { owner: 'a', version: 2 })).toBe('refused');
      expect(await slots.read(0, 1)).toEqual([slot('a', 1)]);
      expect(await slots.write(0, slot('b', 2), { owner: 'a', version: 1 })).toBe('done');
      expect(await slots.write(0, slot('a', 2), { owner: 'a', version: 1 })).toBe('refused');
      expect(await slots.read(0, 1)).toEqual([slot('b', 2)]);
    });

    it('never written are not taken for written: an expected stamp is refused there', async () => {
      const slots = await fresh();
      expect(await slots.write(0, slot('a', 2), { owner: 'a', version: 1 })).toBe('refused');
      expect(await slots.read(0, 1)).toEqual([undefined]);
    });

    it('are summed up to the first unwritten one, however many there are', async () => {
      const slots = await fresh();
      expect(await sumOfSlots(slots)).toEqual({});
      for (let index = 0; index < 40; index++)
        await slots.write(index, slot(`o${index}`, 1, { totals: { r: 1, [`k:${index % 2}`]: 2 } }), undefined);
      expect(await sumOfSlots(slots)).toEqual({ r: 40, 'k:0': 40, 'k:1': 40 });
    });

    it('that are free are found: stale, or the first unwritten one', async () => {
      const slots = await fresh();
      for (let index = 0; index < 30; index++)
        await slots.write(index, slot(`o${index}`, 1, { writtenAtMs: index === 28 ? 10 : 1_000 }), undefined);
      expect((await findFreeSlot(slots, 0, 500)).index).toBe(28);
      expect(await findFreeSlot(slots, 29, 500)).toEqual({ index: 30, slot: undefined });
    });
  });
}
