import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startKafka } from '../../test/real/services/kafka.ts';
import { startRedis } from '../../test/real/services/redis.ts';
import type { BenchOptions } from '../options.ts';
import { spreadOf } from '../paired.ts';
import { type Figure, printFigures, printTable } from '../report.ts';
import { type Services, withServices } from '../services.ts';
import { type Arrivals, startArrivals } from './arrivals.ts';
import { startCopierSubject } from './copier-subject.ts';
import { percentile } from './percentile.ts';
import { type RelaySubject, startRelaySubject } from './relay-subject.ts';
import { type Bar, stageChart } from './stage-chart.ts';
import { STAGES, type TimedWay, waysAround } from './stages.ts';
import { keepsUp, sendSteadily } from './steps.ts';
import type { Subject } from './subject.ts';
import { highestSustained } from './sustained.ts';

const CHART = fileURLToPath(new URL('../whole-way.svg', import.meta.url));
const ROUTED = 'bench.routed';
const COPIED = 'bench.copied';
/** Half of what the relay does at its best on two slow cores, and a tenth of what the copier does. */
const RATE = 50;
const FULL = { rounds: 5, steadyEvents: 500, stepMs: 3000 };
const SHORT = { rounds: 2, steadyEvents: 150, stepMs: 1500 };

export interface World {
  relay: RelaySubject;
  copier: Subject;
  arrivals: Arrivals;
}

/** Kafka, Redis, the relay and the copier on this machine, both warm. */
export async function startWorld({ kept }: Services): Promise<World> {
  const [kafka, redis] = await Promise.all([kept(startKafka()), kept(startRedis())]);
  const arrivals = await kept(startArrivals(kafka.broker, [ROUTED, COPIED]));
  const relay = await kept(startRelaySubject(kafka.broker, redis.url, ROUTED));
  const copier = await kept(startCopierSubject(kafka.broker, COPIED));
  for (const subject of [relay, copier])
    await sendSteadily(subject, arrivals, { ratePerSecond: RATE, count: 4 * RATE });
  return { relay, copier, arrivals };
}

interface Round {
  ways: TimedWay[];
  p50Ms: number;
  p99Ms: number;
  cpuMsAnEvent: number;
  sustained: number;
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
    console.log(
      `\nBehind the consumer's back: ledger ${percentile(commits, 0.5)} ms (p99 ${percentile(commits, 0.99)})`,
    );
    if (!options.short) writeFileSync(CHART, stageChart(`From POST to a consumer, ${RATE} events a second`, bars));
  });

type Sizes = Omit<typeof FULL, 'rounds'>;

/** A first guess by large steps; the rounds refine it. */
const firstRate = (subject: Subject, { arrivals }: World, { stepMs }: Sizes): Promise<number> =>
  highestSustained((ratePerSecond) => keepsUp(subject, arrivals, { ratePerSecond, forMs: stepMs }), {
    from: 2 * RATE,
    factor: 1.5,
    least: 1,
  });

async function measure(subject: Subject, { arrivals }: World, from: number, sizes: Sizes): Promise<Round> {
  const { sent, cpu } = await sendSteadily(subject, arrivals, { ratePerSecond: RATE, count: sizes.steadyEvents });
  const ways = await subject.waysOf(sent, arrivals);
  const wholes = ways.map(({ wholeMs }) => wholeMs);
  const sustained = await highestSustained(
    (ratePerSecond) => keepsUp(subject, arrivals, { ratePerSecond, forMs: sizes.stepMs }),
    { from, factor: 1.1, least: 1 },
  );
  return {
    ways,
    p50Ms: percentile(wholes, 0.5),
    p99Ms: percentile(wholes, 0.99),
    cpuMsAnEvent: cpu.allMs / sent.length,
    sustained,
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
