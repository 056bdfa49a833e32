import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bitsOf, bloomHashes } from '../../../lib/dedup/bloom-hashes.ts';
import { bloomGeometry, REDIS_STRING_LIMIT_BYTES, UPSTASH_RECORD_LIMIT_BYTES } from '../../../lib/dedup/geometry.ts';
import { fakeClock } from '../../support/clock.ts';
import { memoryBloomWindow } from '../../support/dedup/memory-bloom-window.ts';

describe('Bloom geometry', () => {
  it('is the optimum for the default stage', () => {
    const geometry = bloomGeometry({ eventsPerDay: 1_000_000, falsePositiveRate: 0.001 });
    expect(geometry).toEqual({ bits: 14_377_588, hashes: 10, capacity: 1_000_000, tag: '14377588x10' });
  });

  it('is refused with the largest number of events that would do, when the server could not store a generation', () => {
    const settings = { eventsPerDay: 100_000_000, falsePositiveRate: 0.001 };
    expect(() => bloomGeometry(settings)).toThrow(/dedup\.eventsPerDay: 100000000 .* use at most 55642140 /);
    expect(() => bloomGeometry({ ...settings, eventsPerDay: 55_642_140 })).not.toThrow();
    expect(() => bloomGeometry({ ...settings, eventsPerDay: 55_642_142 })).toThrow();
    expect(bloomGeometry({ ...settings, maxBytes: REDIS_STRING_LIMIT_BYTES }).bits).toBeGreaterThan(8e8);
    expect(() => bloomGeometry({ ...settings, eventsPerDay: 1e9, maxBytes: REDIS_STRING_LIMIT_BYTES })).toThrow(
      /stores 536870912/,
    );
    expect(UPSTASH_RECORD_LIMIT_BYTES).toBe(100_000_000);
  });

  it('has at least a bit and a hash, and every bit number inside the bitmap', () => {
    const rates = fc.double({ min: 1e-9, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        rates,
        fc.string(),
        (eventsPerDay, falsePositiveRate, key) => {
          const geometry = bloomGeometry({ eventsPerDay, falsePositiveRate });
          const bits = bitsOf(bloomHashes(key), geometry);
          expect(bits).toHaveLength(geometry.hashes);
          expect(bits.every((bit) => Number.isInteger(bit) && bit >= 0 && bit < geometry.bits)).toBe(true);
        },
      ),
    );
  });

  it('keeps the false positive rate within 1.2 × of theory at capacity: one generation, 0.01, 100,000 items', async () => {
    const settings = { eventsPerDay: 100_000, falsePositiveRate: 0.01 };
    const clock = fakeClock();
    const window = memoryBloomWindow({ geometry: bloomGeometry(settings), windowMs: 1, clock });
    const receivedAtMs = clock.nowMs();
    const check = (keys: string[]) =>
      window.check({
        events: keys.map((ledgerKey) => ({ ledgerKey, receivedAtMs })),
        offeredStamp: 'a',
        seen: new Map(),
      });
    const keys = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, i) => `data-action#${prefix}${i}`);
    await check(keys('', settings.eventsPerDay));
    const generation = [...window.generations.values()][0];
    const bitmap = Uint8Array.from(generation?.bitmap ?? []);
    const holds = (key: string) =>
      bitsOf(bloomHashes(key), bloomGeometry(settings)).every((bit) => (bitmap[bit >> 3] ?? 0) & (1 << (bit & 7)));
    expect(keys('', settings.eventsPerDay).every(holds)).toBe(true);
    const rate = keys('other ', settings.eventsPerDay).filter(holds).length / settings.eventsPerDay;
    expect(rate).toBeLessThan(0.012);
    expect(rate).toBeGreaterThan(0.008);
  });
});
