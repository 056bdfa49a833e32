import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchOptions } from '../options.ts';
import { spreadOf } from '../paired.ts';
import { type Figure, printFigures, printNote, printTable } from '../report.ts';
import { withServices } from '../services.ts';
import { percentile } from './percentile.ts';
import { type Bar, stageChart } from './stage-chart.ts';
import { STAGES, type TimedWay, waysAround } from './stages.ts';
import { type Step, sendSteadily, tryRate } from './steps.ts';
import type { Subject } from './subject.ts';
import { highestSustained } from './sustained.ts';
import { startWorld, type World } from './world.ts';

const CHART = fileURLToPath(new URL('../whole-way.svg', import.meta.url));
/** Far below what either can do on two slow cores: their queues are to be those of a usual day. */
const RATE = 50;
const FULL = { rounds: 5, steadyEvents: 500, stepMs: 3000 };
const SHORT = { rounds: 2, steadyEvents: 150, stepMs: 1500 };

interface Round {
  ways: TimedWay[];
  p50Ms: number;
  p99Ms: number;
  cpuMsAnEvent: number;
  sustained: number;
  mainThread: number;
  machine: number;
}

/** From a POST to the record at a consumer, against a copier without any guarantee, on the same Kafka, in turns. */
export const benchWholeWay = (options: BenchOptions): Promise<void> =>
  withServices(async (services) => {
    const { rounds, ...sizes } = options.short ? SHORT : FULL;
    const world = await startWorld(services);
    const [relay, copier]: [Round[], Round[]] = [[], []];
    const rates = {
      relay: await firstRate(world.relay, world, sizes),
      copier: await firstRate(world.copier, world, sizes),
    };
    for (let round = 0; round < rounds; round++) {
      relay.push(await measure(world.relay, world, rates.relay, sizes));
      copier.push(await measure(world.copier, world, rates.copier, sizes));
    }
    const commits = await world.relay.commitTimesMs();
    printFigures(
      'Whole way: from a POST to its record at a consumer of the topic, relay : copier',
      `open loop, ${sizes.steadyEvents} events of 1 KB at ${RATE} a second from the moment each was due; then steps of ${sizes.stepMs} ms, each a tenth faster,\n` +
        `until the backlog grows; ${rounds} rounds in turns, Node ${process.version}`,
      figuresOf(relay, copier),
    );
    const bars = barsOf(relay, copier);
    printTable(
      ['ms', ...STAGES, 'whole way'],
      bars.map(({ label, way }) => [
        label,
        ...STAGES.map((stage) => way.stages[stage]?.toFixed(1) ?? '–'),
        way.wholeMs.toFixed(1),
      ]),
      1,
    );
    printNote(
      `The ledger is written when a consumer has the record: ${percentile(commits, 0.5)} ms more at p50, ${percentile(commits, 0.99)} ms at p99, over all rates.`,
    );
    if (options.write) writeFileSync(CHART, stageChart(`From POST to a consumer, ${RATE} events a second`, bars));
  });

type Sizes = Omit<typeof FULL, 'rounds'>;

interface Sustained {
  rate: number;
  /** At that rate. */
  step: Step | undefined;
}

async function sustainedBy(
  subject: Subject,
  { arrivals }: World,
  stepMs: number,
  from: number,
  factor: number,
): Promise<Sustained> {
  let step: Step | undefined;
  const holds = async (ratePerSecond: number) => {
    const tried = await tryRate(subject, arrivals, { ratePerSecond, forMs: stepMs });
    if (tried.keepsUp) step = tried;
    return tried.keepsUp;
  };
  const rate = await highestSustained(holds, { from, factor, least: 1 });
  return { rate, step };
}

/** By large steps; the rounds refine it. */
const firstRate = async (subject: Subject, world: World, { stepMs }: Sizes): Promise<number> =>
  (await sustainedBy(subject, world, stepMs, 2 * RATE, 1.5)).rate;

async function measure(subject: Subject, world: World, from: number, sizes: Sizes): Promise<Round> {
  const { arrivals } = world;
  const { sent, cpu } = await sendSteadily(subject, arrivals, { ratePerSecond: RATE, count: sizes.steadyEvents });
  const ways = await subject.waysOf(sent, arrivals);
  const wholes = ways.map(({ wholeMs }) => wholeMs);
  const { rate, step } = await sustainedBy(subject, world, sizes.stepMs, from, 1.1);
  return {
    ways,
    p50Ms: percentile(wholes, 0.5),
    p99Ms: percentile(wholes, 0.99),
    cpuMsAnEvent: cpu.allMs / sent.length,
    sustained: rate,
    mainThread: step?.mainThread ?? Number.NaN,
    machine: step?.machine ?? Number.NaN,
  };
}

function figuresOf(relay: readonly Round[], copier: readonly Round[]): Figure[] {
  const compared = (what: string, value: (round: Round) => number, unit: string, digits: number): Figure => {
    const [own, other] = [relay.map(value), copier.map(value)];
    const text = (values: number[]) => spreadOf(values).median.toFixed(digits);
    return {
      what,
      ratio: spreadOf(own.map((one, index) => one / (other[index] ?? Number.NaN))),
      bound: null,
      detail: `${text(own)} : ${text(other)} ${unit}`,
    };
  };
  return [
    compared('p50', ({ p50Ms }) => p50Ms, 'ms', 1),
    compared('p99', ({ p99Ms }) => p99Ms, 'ms', 1),
    compared('sustained', ({ sustained }) => sustained, 'events a second', 0),
    compared('  then busy: the whole machine', ({ machine }) => 100 * machine, '%', 0),
    compared('  and the main thread', ({ mainThread }) => 100 * mainThread, '% of a core', 0),
    compared('CPU time, emulators included', ({ cpuMsAnEvent }) => cpuMsAnEvent, 'ms an event', 2),
  ];
}

function barsOf(relay: readonly Round[], copier: readonly Round[]): Bar[] {
  const subjects = [
    { name: 'relay', ways: relay.flatMap(({ ways }) => ways) },
    { name: 'copier', ways: copier.flatMap(({ ways }) => ways) },
  ];
  return subjects.flatMap(({ name, ways }) => [
    { label: `${name}, p50`, way: waysAround(ways, 0.5) },
    { label: `${name}, p99`, way: waysAround(ways, 0.99) },
  ]);
}
