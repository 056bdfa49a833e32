import type { BenchOptions } from '../options.ts';
import { printFigures } from '../report.ts';
import { costGrowth } from './cost.ts';
import { decisionGrowth } from './decision.ts';
import type { GrowthSizes } from './grown.ts';
import { receiverGrowth } from './receiver.ts';
import { routerGrowth } from './router.ts';
import { wholeWayGrowth } from './whole-way.ts';

/** What an event costs at ten times the load, as a multiple of what it costs at the load of each measurement itself. */
export async function benchGrowth({ short }: BenchOptions): Promise<void> {
  const sizes: GrowthSizes = short ? { rounds: 2, smaller: 10 } : { rounds: 5, smaller: 1 };
  const figures = [
    ...(await decisionGrowth(sizes)),
    await receiverGrowth(sizes),
    await routerGrowth(sizes),
    ...(await wholeWayGrowth(sizes)),
    ...costGrowth(),
  ];
  printFigures(
    'Growth: what an event costs at ten times the load, as a multiple of its cost at once the load',
    `median of ${sizes.rounds} pairs, Node ${process.version}`,
    figures,
  );
}
