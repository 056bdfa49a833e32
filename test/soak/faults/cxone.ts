import type { Fault as SimulatedFault } from '../../../local/simulator/faults.ts';
import type { CxoneSimulator } from '../../../local/simulator/simulator.ts';
import type { Fault, FaultyPart } from './fault.ts';

const API = { path: '/api/v2/' };
const TOKEN = { path: '/oauth/' };

/** Told from the API: the relay knows that nothing was executed. */
const CERTAIN: Readonly<Record<string, SimulatedFault>> = {
  'throttling (seconds)': { kind: 'status', status: 429, retryAfter: '1', rate: 0.6, match: API },
  'throttling (date)': { kind: 'status', status: 429, retryAfter: 'date:2', rate: 0.6, match: API },
  'throttling tokens': { kind: 'status', status: 429, retryAfter: '1', rate: 0.6, match: TOKEN },
  'tokens failing': { kind: 'status', status: 500, rate: 0.6, match: TOKEN },
  'refusing tokens': { kind: 'status', status: 401, rate: 0.5, match: API },
};

/** A request may have been executed, or be so later: the relay waits two minutes before it sends that number again. */
const OPEN: Readonly<Record<string, SimulatedFault>> = {
  failing: { kind: 'status', status: 500, rate: 0.5, match: API },
  resetting: { kind: 'reset', rate: 0.5, match: API },
  'resetting after execution': { kind: 'reset-after', rate: 0.5, match: API },
  slow: { kind: 'slow', delayMs: 2500, rate: 0.7, match: API },
  'answering garbage': { kind: 'garbage', rate: 0.5, match: API },
};

/** `openOutcomes`: faults that leave open what became of a request; they need minutes to settle. */
export function faultyCxone(simulator: CxoneSimulator, { openOutcomes }: { openOutcomes: boolean }): FaultyPart {
  const faults = Object.entries({ ...CERTAIN, ...(openOutcomes ? OPEN : {}) }).map(
    ([name, fault]): Fault => ({
      name,
      weight: 1,
      lastsMs: [1000, 6000],
      begin() {
        simulator.addFault(fault);
        return () => simulator.faults.clear();
      },
    }),
  );
  const revoked: Fault = {
    name: 'tokens revoked',
    weight: 1,
    lastsMs: [0, 0],
    begin() {
      simulator.revokeTokens();
      return () => undefined;
    },
  };
  return { name: 'CXone', calmMs: [2000, 8000], faults: [...faults, revoked] };
}

/** Some numbers are known to CXone already: it answers 409 to the first request about them. */
export function conflictingNumbers({ state }: CxoneSimulator, phoneNumbers: number): void {
  for (let index = 0; index < phoneNumbers; index += 10) {
    const conflict = index % 20 === 0 ? 'with-id' : 'without-id';
    state.behaviours.set(`+1415${5_550_000 + index}`, { conflict });
  }
}
