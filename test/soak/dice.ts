import { seededRandom } from '../../local/simulator/random.ts';

/** Chance that is the same for the same seed. */
export interface Dice {
  /** True in this share of the throws, 0 to 1. */
  chance(share: number): boolean;
  between(low: number, high: number): number;
  /** 0 to `below` - 1. */
  whole(below: number): number;
  pick<T>(list: readonly T[]): T;
}

/** `purpose` keeps streams of one seed apart: that faults are thrown must not change which events are sent. */
export function diceOf(seed: number, purpose: string): Dice {
  let mixed = seed;
  for (const character of purpose) mixed = Math.imul(mixed ^ character.charCodeAt(0), 0x01000193);
  const random = seededRandom(mixed);
  const whole = (below: number) => Math.floor(random() * below);
  return {
    chance: (share) => random() < share,
    between: (low, high) => low + random() * (high - low),
    whole,
    pick<T>(list: readonly T[]): T {
      const index = whole(list.length);
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[index] as T;
    },
  };
}
