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

export interface AsyncRun {
  /** Given the number of its lane, from 0 up to `atOnce`: in a lane one call follows the other. */
  work: (lane: number) => Promise<unknown>;
  /** Calls a run. CPU time is counted in ticks of up to 4 ms: enough of them for some hundred milliseconds. */
  calls: number;
  /** Lanes side by side. Default 1. */
  atOnce?: number;
  /** Done before each run and not counted. */
  prepare?: (calls: number) => Promise<void>;
}

export interface AsyncPairing extends Pairing {
  /** How many times more calls a second the subject does, by wall time. */
  rates: Rates;
}

export interface Rates {
  subjectRate: Spread;
  baselineRate: Spread;
  ratio: Spread;
}

/** The same for asynchronous work, by the CPU time of this thread alone: servers in other threads do not count. */
export async function pairAsync(subject: AsyncRun, baseline: AsyncRun, rounds: number): Promise<AsyncPairing> {
  const runs: [Timed, Timed][] = [];
  for (let round = 0; round <= rounds; round++) runs.push([await timed(subject), await timed(baseline)]);
  const counted = runs.slice(1);
  return {
    subjectMicros: spreadOf(counted.map(([own]) => own.cpuMicros)),
    baselineMicros: spreadOf(counted.map(([, other]) => other.cpuMicros)),
    ratio: spreadOf(counted.map(([own, other]) => own.cpuMicros / other.cpuMicros)),
    rates: {
      subjectRate: spreadOf(counted.map(([own]) => own.aSecond)),
      baselineRate: spreadOf(counted.map(([, other]) => other.aSecond)),
      ratio: spreadOf(counted.map(([own, other]) => own.aSecond / other.aSecond)),
    },
  };
}

interface Timed {
  cpuMicros: number;
  aSecond: number;
}

async function timed(run: AsyncRun): Promise<Timed> {
  const { calls, prepare } = run;
  await prepare?.(calls);
  const startMs = performance.now();
  const before = process.threadCpuUsage();
  await workInLanes(run);
  const { user, system } = process.threadCpuUsage(before);
  return { cpuMicros: (user + system) / calls, aSecond: (calls * 1000) / (performance.now() - startMs) };
}

/** All calls of a run, in its lanes. */
export async function workInLanes({ work, calls, atOnce = 1 }: AsyncRun): Promise<void> {
  let begun = 0;
  const lane = async (number: number) => {
    while (begun++ < calls) sink = await work(number);
  };
  await Promise.all(Array.from({ length: atOnce }, (_, number) => lane(number)));
}

/**
 * The same by wall time, for work that waits for others: `subject` and `baseline` take turns, each the given number of events
 * a run. The ratio says how many times more events a second the subject does.
 */
export async function pairRates(
  subject: (events: number) => Promise<void>,
  baseline: (events: number) => Promise<void>,
  { rounds, subjectEvents, baselineEvents }: { rounds: number; subjectEvents: number; baselineEvents: number },
): Promise<Rates> {
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
