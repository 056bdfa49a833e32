import type { BloomReply, BloomWindow, GenerationState } from './bloom-window.ts';
import type { FilterRecord } from './filter-record.ts';
import type { DedupEvent } from './types.ts';

/** One answer of the Bloom window about the young events of a batch. */
export interface WindowAnswer {
  /** Certainly in none of the generations asked. */
  isNew(event: DedupEvent): boolean;
  generations: BloomReply['generations'];
}

/** What this process saw last of each generation; lives as long as the process. */
export type SeenGenerations = Map<number, GenerationState>;

/** More generations than any window asks for at a time; older ones are forgotten. */
const SEEN_LIMIT = 64;

export async function askWindow(
  bloom: BloomWindow,
  young: readonly DedupEvent[],
  offeredStamp: string,
  seen: SeenGenerations,
): Promise<WindowAnswer> {
  const reply = await bloom.check({ events: young, offeredStamp, seen: new Map(seen) });
  const isNew = new Set(young.filter((_, index) => reply.maybe[index] === false));
  return { isNew: (event) => isNew.has(event), generations: reply.generations };
}

/** Remembers what an answer told, so that Redis going back in time can be noticed. */
export function remember(seen: SeenGenerations, { generations }: WindowAnswer): void {
  for (const [generation, state] of generations) {
    if (!state) continue;
    const before = seen.get(generation);
    // answers may come in another order than they were given
    const adds = before?.stamp === state.stamp ? Math.max(before.adds, state.adds) : state.adds;
    seen.delete(generation);
    seen.set(generation, { stamp: state.stamp, adds });
  }
  for (const generation of seen.keys()) {
    if (seen.size <= SEEN_LIMIT) break;
    seen.delete(generation);
  }
}

/** Listed generations that are missing or answer with another stamp than the listed one: bits may have been lost. */
export function contradictions({ generations }: WindowAnswer, record: FilterRecord): number[] {
  const differs = ([generation, state]: [number, GenerationState | undefined]) =>
    record.listed.has(generation) && record.listed.get(generation) !== state?.stamp;
  return [...generations].filter(differs).map(([generation]) => generation);
}
