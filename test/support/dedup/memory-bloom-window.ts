import { bitsOf, bloomHashes } from '../../../lib/dedup/bloom-hashes.ts';
import type { BloomWindow, GenerationState } from '../../../lib/dedup/bloom-window.ts';
import { generationEndMs, generationOf, generationsAround } from '../../../lib/dedup/generations.ts';
import type { BloomGeometry } from '../../../lib/dedup/geometry.ts';
import type { Clock } from '../../../lib/platform/clock.ts';

interface Generation extends GenerationState {
  bitmap: Uint8Array;
  endMs: number;
}

export interface MemoryBloomWindow extends BloomWindow {
  generations: Map<number, Generation>;
}

export interface MemoryBloomWindowSettings {
  geometry: BloomGeometry;
  windowMs: number;
  clock: Clock;
}

/** The Bloom window on real bitmaps in memory: what the script does, told once more. */
export function memoryBloomWindow({ geometry, windowMs, clock }: MemoryBloomWindowSettings): MemoryBloomWindow {
  const generations = new Map<number, Generation>();
  const holds = (generation: Generation | undefined, bits: readonly number[]) =>
    generation !== undefined && bits.every((bit) => ((generation.bitmap[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0);

  const add = (n: number, bits: readonly number[], stamp: string) => {
    const bitmap = () => new Uint8Array(Math.ceil(geometry.bits / 8));
    const generation = generations.get(n) ?? { stamp, adds: 0, bitmap: bitmap(), endMs: generationEndMs(n, windowMs) };
    for (const bit of bits) generation.bitmap[bit >> 3] = (generation.bitmap[bit >> 3] ?? 0) | (1 << (bit & 7));
    generation.adds++;
    generations.set(n, generation);
  };

  const sweep = () => {
    for (const [n, { endMs }] of generations) if (endMs <= clock.nowMs()) generations.delete(n);
  };

  return {
    capacity: geometry.capacity,
    generations,
    async check({ events, offeredStamp, seen }) {
      sweep();
      const owns = events.map((event) => generationOf(event.receivedAtMs));
      const asked = new Set(owns.flatMap((own) => generationsAround(own, windowMs)));
      for (const n of asked) {
        const generation = generations.get(n);
        const before = seen.get(n);
        if (generation && before?.stamp === generation.stamp && generation.adds < before.adds)
          generation.stamp = offeredStamp;
      }
      const maybe = events.map((event, index) => {
        const own = owns[index] ?? generationOf(event.receivedAtMs);
        const bits = bitsOf(bloomHashes(event.ledgerKey), geometry);
        const found = generationsAround(own, windowMs).find((n) => holds(generations.get(n), bits));
        if (found !== own) add(own, bits, offeredStamp);
        return found !== undefined;
      });
      sweep();
      const stateOf = (n: number): GenerationState | undefined => {
        const generation = generations.get(n);
        return generation && { stamp: generation.stamp, adds: generation.adds };
      };
      return { maybe, generations: new Map([...asked].map((n) => [n, stateOf(n)])) };
    },
  };
}
