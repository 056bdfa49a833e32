import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../dice.ts';

export interface Fault {
  name: string;
  /** How often beside the others of its part. */
  weight: number;
  /** Begins it; the answer ends it. */
  begin(dice: Dice): Promise<() => Promise<void> | void> | (() => Promise<void> | void);
  /** How long it lasts; drawn between the two. */
  lastsMs: readonly [number, number];
}

/** A part that fails by itself, one fault at a time. */
export interface FaultyPart {
  name: string;
  /** Time between two faults. */
  calmMs: readonly [number, number];
  faults: readonly Fault[];
}

export interface ThrownFault {
  part: string;
  name: string;
  fromMs: number;
  toMs: number;
}

/** Throws a part's faults by its dice until told to stop; then the last one is ended. `calmTimes` stretches the time between them. */
export async function throwFaults(
  { name: part, calmMs, faults }: FaultyPart,
  dice: Dice,
  stop: AbortSignal,
  thrown: ThrownFault[],
  calmTimes: number,
): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal: stop }).catch(() => undefined); // stopping ends the wait
  while (!stop.aborted) {
    await pause(dice.between(...calmMs) * calmTimes);
    if (stop.aborted) return;
    const fault = drawn(faults, dice);
    if (fault === undefined) return;
    const lastsMs = dice.between(...fault.lastsMs);
    const entry: ThrownFault = { part, name: fault.name, fromMs: Date.now(), toMs: Number.POSITIVE_INFINITY };
    thrown.push(entry);
    try {
      const end = await fault.begin(dice);
      await pause(lastsMs);
      await end();
    } catch (cause) {
      throw new Error(`${part} "${fault.name}" could not be thrown and ended`, { cause });
    }
    entry.toMs = Date.now();
  }
}

function drawn(faults: readonly Fault[], dice: Dice): Fault | undefined {
  let left = dice.between(
    0,
    faults.reduce((sum, { weight }) => sum + weight, 0),
  );
  return faults.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}
