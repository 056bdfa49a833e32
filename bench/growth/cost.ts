import { bottlenecks } from '../../cli/capacity/bottlenecks.ts';
import { monthlyCost } from '../../cli/capacity/cost.ts';
import { type Load, usualKeys } from '../../cli/capacity/load.ts';
import { spreadOf } from '../paired.ts';
import type { Figure } from '../report.ts';
import { grown } from './grown.ts';

const RATES = [10, 100, 1000] as const;

/** USD a million events in the cloud, computed: at 100 and at 1,000 events a second against a tenth of each. */
export function costGrowth(): Figure[] {
  return RATES.slice(1).flatMap((eventsPerSecond) =>
    [1, 10].map((batchSize) => {
      const [ten, one] = [eventsPerSecond, eventsPerSecond / 10].map((rate) => loadOf(rate, batchSize)) as [Load, Load];
      const [own, other] = [monthlyCost(ten).usdPerMillion, monthlyCost(one).usdPerMillion];
      const what = `cost: ${eventsPerSecond} : ${eventsPerSecond / 10} events a second, ${batchSize} a batch`;
      return grown(
        what,
        spreadOf([own / other]),
        `${own.toFixed(2)} : ${other.toFixed(2)} USD a million; ${limitOf(ten)}`,
      );
    }),
  );
}

const loadOf = (eventsPerSecond: number, batchSize: number): Load => ({
  eventsPerSecond,
  duplicates: 0.02,
  sizeBytes: 1024,
  batchSize,
  dncShare: 0,
  activeKeys: usualKeys(eventsPerSecond),
  filter: 'upstash',
});

/** What the stage file sets is set before. */
function limitOf(load: Load): string {
  const first = bottlenecks(load).find(({ lifted }) => lifted !== 'stage file');
  return first === undefined ? '' : `first limit: ${first.limit} (${Math.round(100 * first.share)} %)`;
}
