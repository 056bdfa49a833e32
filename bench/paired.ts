/** CPU time of one call, and how that of `subject` compares to that of `baseline`, from runs that took turns. */
export interface Pairing {
  subjectMicros: Spread;
  baselineMicros: Spread;
  ratio: Spread;
}

export interface Spread {
  min: number;
  median: number;
  max: number;
}

export interface PairingOptions {
  /** Pairs that count; one more is run first to warm up. */
  rounds: number;
  /** Calls a run. */
  calls: number;
}

/**
 * Runs subject and baseline in turn, in one process, and compares pair by pair: a machine that changes its speed changes it
 * for both. CPU time of this process, not wall time, so that waiting for a core does not count.
 */
export function pair(subject: () => unknown, baseline: () => unknown, { rounds, calls }: PairingOptions): Pairing {
  const subjects: number[] = [];
  const baselines: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const [one, other] = [cpuMicros(subject, calls), cpuMicros(baseline, calls)];
    if (round === 0) continue;
    subjects.push(one);
    baselines.push(other);
  }
  return {
    subjectMicros: spreadOf(subjects),
    baselineMicros: spreadOf(baselines),
    ratio: spreadOf(subjects.map((micros, index) => micros / (baselines[index] ?? Number.NaN))),
  };
}

/**
 * The same by wall time, for work that waits for others: `subject` and `baseline` take turns, each the given number of events
 * a run. The ratio says how many times more events a second the subject does.
 */
export async function pairRates(
  subject: (events: number) => Promise<void>,
  baseline: (events: number) => Promise<void>,
  { rounds, subjectEvents, baselineEvents }: { rounds: number; subjectEvents: number; baselineEvents: number },
): Promise<{ subjectRate: Spread; baselineRate: Spread; ratio: Spread }> {
  const rates: [number, number][] = [];
  for (let round = 0; round <= rounds; round++)
    rates.push([await eventsASecond(subject, subjectEvents), await eventsASecond(baseline, baselineEvents)]);
  const counted = rates.slice(1);
  return {
    subjectRate: spreadOf(counted.map(([own]) => own)),
    baselineRate: spreadOf(counted.map(([, other]) => other)),
    ratio: spreadOf(counted.map(([own, other]) => own / other)),
  };
}

async function eventsASecond(work: (events: number) => Promise<void>, events: number): Promise<number> {
  const startMs = performance.now();
  await work(events);
  return (events * 1000) / (performance.now() - startMs);
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

/** Results have to be used, or the compiler may leave the work out. */
let sink: unknown;

function cpuMicros(work: () => unknown, calls: number): number {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) sink = work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

export const lastResult = (): unknown => sink;
