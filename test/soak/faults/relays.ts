import type { SoakRelay } from '../relays.ts';
import type { Fault, FaultyPart } from './fault.ts';

export interface RelayFaultSettings {
  /** When a relay is frozen, what it is connected to forgets it. */
  forgetConnections: () => void;
  /** Faults that take longer to recover from than a short soak has. */
  long: boolean;
}

/** Less than the spare of a lease, which is all that clocks may differ by (`lib/dnc/lease-cover.ts`). */
const MOST_AHEAD_SECONDS = 15;

/** Processes that are killed and frozen, single functions that die in mid-work. */
export function faultyRelays(
  relays: readonly SoakRelay[],
  { forgetConnections, long }: RelayFaultSettings,
): FaultyPart {
  const killed: Fault = {
    name: 'killed',
    weight: 2,
    lastsMs: [0, 0],
    async begin(dice) {
      await dice.pick(relays).kill();
      return () => undefined;
    },
  };
  const frozenFor = (name: string, weight: number, lastsMs: Fault['lastsMs']): Fault => ({
    name,
    weight,
    lastsMs,
    async begin(dice) {
      const relay = dice.pick(relays);
      await relay.up();
      relay.freeze();
      if (dice.chance(0.7)) forgetConnections();
      return () => relay.thaw();
    },
  });
  const functionKilled = (functionName: string): Fault => ({
    name: `${functionName} killed`,
    weight: 1,
    lastsMs: [0, 0],
    async begin(dice) {
      await dice.pick(relays).killFunction(functionName);
      return () => undefined;
    },
  });
  const longOnes = [
    frozenFor('frozen for a minute', 0.5, [55_000, 60_000]),
    ...['webhook-receiver', 'dedup-router', 'dnc-batcher', 'subscription-reconciler'].map(functionKilled),
  ];
  return {
    name: 'relay',
    calmMs: [10_000, 35_000],
    faults: [killed, frozenFor('frozen', 2, [2000, 9000]), ...(long ? longOnes : [])],
  };
}

/** Wall clocks that jump ahead, and back again. */
export function faultyClocks(relays: readonly SoakRelay[]): FaultyPart {
  const ahead: Fault = {
    name: 'ahead',
    weight: 1,
    lastsMs: [2000, 30_000],
    begin(dice) {
      const relay = dice.pick(relays);
      relay.setClockAheadBy(1 + dice.whole(MOST_AHEAD_SECONDS));
      return () => relay.setClockAheadBy(0);
    },
  };
  return { name: 'clock', calmMs: [5000, 20_000], faults: [ahead] };
}
