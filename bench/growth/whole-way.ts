import { spreadOf } from '../paired.ts';
import type { Figure } from '../report.ts';
import { withServices } from '../services.ts';
import { percentile } from '../whole-way/percentile.ts';
import type { CpuTime } from '../whole-way/process-cpu.ts';
import { type Steady, sendSteadily } from '../whole-way/steps.ts';
import { startRelayWorld } from '../whole-way/world.ts';
import { type GrowthSizes, grown } from './grown.ts';

const RATE = 60;
const EVENTS = 150;

/** Ten times as many events at the same rate, through all of the relay on one machine. */
export const wholeWayGrowth = ({ rounds, smaller }: GrowthSizes): Promise<Figure[]> =>
  withServices(async (services) => {
    const { relay, arrivals } = await startRelayWorld(services);
    const events = EVENTS / smaller;
    const pairs: [Steady, Steady][] = [];
    for (let round = 0; round < rounds; round++) {
      const once = await sendSteadily(relay, arrivals, { ratePerSecond: RATE, count: events });
      pairs.push([await sendSteadily(relay, arrivals, { ratePerSecond: RATE, count: 10 * events }), once]);
    }
    const compared = (what: string, value: (steady: Steady) => number, unit: string) => {
      const ratio = spreadOf(pairs.map(([ten, one]) => value(ten) / value(one)));
      const median = (index: 0 | 1) => spreadOf(pairs.map((pair) => value(pair[index]))).median.toFixed(1);
      return grown(what, ratio, `${median(0)} : ${median(1)} ${unit}`);
    };
    const cpuMs = (value: (cpu: CpuTime) => number) => (steady: Steady) => value(steady.cpu) / steady.sent.length;
    const p50Ms = ({ sent }: Steady) => {
      const times = sent.map(({ number, intendedMs }) => (arrivals.byNumber.get(number)?.atMs ?? 0) - intendedMs);
      return percentile(times, 0.5);
    };
    return [
      compared(
        'whole way: CPU time, 10 × the events',
        cpuMs(({ allMs }) => allMs),
        'ms an event',
      ),
      compared(
        'whole way: of it, gateway and emulators',
        cpuMs(({ mainMs }) => mainMs),
        'ms an event',
      ),
      { ...compared('whole way: p50, 10 × the events', p50Ms, 'ms'), bound: null }, // no cost: told to show that nothing piles up
    ];
  });
