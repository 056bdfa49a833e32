import { MONTH_SECONDS } from './assumptions.ts';
import { type Bottleneck, bottlenecks } from './bottlenecks.ts';
import { type Cost, monthlyCost } from './cost.ts';
import type { Load } from './load.ts';
import { PRICES_AS_OF } from './prices.ts';
import { table } from './table.ts';
import { batchSizeWith, usageOf } from './usage.ts';

/** A load at one size of batches. */
export interface Outlook {
  load: Load;
  cost: Cost;
  limits: Bottleneck[];
}

/** Limits that a load uses less of are left out of the text; the JSON form has all. */
const SHOWN_FROM = 0.1;

/** One for each size, of one and the same load otherwise. */
export function outlooksOf(load: Omit<Load, 'batchSize'>, batchSizes: readonly number[]): Outlook[] {
  return batchSizes.map((batchSize) => {
    const sized = { ...load, batchSize };
    return { load: sized, cost: monthlyCost(sized), limits: bottlenecks(sized) };
  });
}

export function reportText(outlooks: readonly Outlook[]): string {
  const [first] = outlooks;
  if (first === undefined) return '';
  const { load } = first;
  return [
    `## ${count(load.eventsPerSecond)} events/s`,
    loadLine(load),
    outlooks.map(firstLimits).join('\n'),
    limitsTable(outlooks),
    raiseList(outlooks),
    costTable(outlooks),
  ].join('\n\n');
}

const count = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 });
const usd = (value: number, digits: number) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (share: number) => `${count(100 * share)} %`;
const aBatch = ({ load }: Outlook) => `${count(load.batchSize)} a batch`;

function filterText(load: Load): string {
  const fits = load.filter === 'off' || usageOf(load).filter !== undefined;
  return fits ? `filter ${load.filter}` : 'filter off, because no bitmap for so many fits a record of Upstash';
}

function loadLine(load: Load): string {
  const { eventsPerSecond, sizeBytes, duplicates, dncShare, activeKeys } = load;
  const parts = [
    `${usd((eventsPerSecond * MONTH_SECONDS) / 1e6, 1)} million events a month`,
    `${count(sizeBytes)} bytes`,
    `${percent(duplicates)} repeats`,
    `${percent(dncShare)} DNC wishes`,
    `${count(activeKeys)} active keys`,
    filterText(load),
    ...(load.routerRuns === undefined ? [] : [`router ${load.routerRuns}`]),
  ];
  return `${parts.join(', ')}; prices of ${PRICES_AS_OF}.`;
}

/** What the stage file sets is set before: it is in the list of what to raise, and no bottleneck. */
function firstLimits(outlook: Outlook): string {
  const met = outlook.limits.filter(({ lifted }) => lifted !== 'stage file');
  const [first] = met;
  const design = met.find(({ lifted }) => lifted === 'by design');
  if (first === undefined || design === undefined) return '';
  const told = ({ limit, asked, allowed, unit, share }: Bottleneck) =>
    `**${limit}** (${count(asked)} of ${count(allowed)} ${unit}, ${percent(share)})`;
  const rest = first === design ? 'which the design itself sets' : `first that the design itself sets: ${told(design)}`;
  return `- ${aBatch(outlook)}: first bottleneck ${told(first)}; ${rest}.`;
}

function limitsTable(outlooks: readonly Outlook[]): string {
  const rows = shown(outlooks, ({ share }) => share >= SHOWN_FROM).map(({ limit, allowed, unit, lifted }) => [
    limit,
    lifted,
    `${count(allowed)} ${unit}`,
    ...outlooks.map(({ limits }) => {
      const here = limits.find((other) => other.limit === limit);
      return here ? `${count(here.asked)} (${percent(here.share)})` : '–';
    }),
  ]);
  if (rows.length === 0) return `No limit is used by more than ${percent(SHOWN_FROM)}.`;
  return table(['limit', 'lifted', 'carries', ...outlooks.map(aBatch)], rows, 2);
}

function raiseList(outlooks: readonly Outlook[]): string {
  const items = shown(outlooks, ({ share, raiseFrom }) => share >= raiseFrom).map((found) => {
    const where = outlooks.filter(({ limits }) => shareOf(limits, found.limit) >= found.raiseFrom).map(aBatch);
    return `- ${found.limit}${where.length < outlooks.length ? ` (${where.join(', ')})` : ''}: ${found.goOn}.`;
  });
  items.push(...outlooks.flatMap(routerConcurrency));
  return items.length === 0
    ? 'Nothing has to be raised.'
    : ['To raise before this load comes:', '', ...items].join('\n');
}

function routerConcurrency(outlook: Outlook): string[] {
  const { load } = outlook;
  const { routers, batchSize } = recommendedRouters(load);
  if (load.batchSize < 2 || load.routerRuns === 'every-minute' || batchSize < 2) return [];
  const size = count(Number(batchSize.toFixed(1)));
  return [`- batches (${aBatch(outlook)}): set routerConcurrency to ${routers}, which makes them ${size} on average.`];
}

/** Routers that full batches would keep 70 % busy: the rest is for bursts. Fewer than two cannot be set. */
export function recommendedRouters(load: Omit<Load, 'batchSize'>): { routers: number; batchSize: number } {
  const { batches, batchSeconds } = usageOf({ ...load, batchSize: 10 });
  const routers = Math.max(2, Math.ceil((batches * batchSeconds) / 0.7));
  return { routers, batchSize: batchSizeWith(load, routers) };
}

/** Each limit once, nearest first, as at the batch size at which it is nearest. */
function shown(outlooks: readonly Outlook[], isShown: (limit: Bottleneck) => boolean): Bottleneck[] {
  const nearest = new Map<string, Bottleneck>();
  for (const found of outlooks.flatMap(({ limits }) => limits)) {
    if (isShown(found) && found.share > (nearest.get(found.limit)?.share ?? 0)) nearest.set(found.limit, found);
  }
  return [...nearest.values()].sort((a, b) => b.share - a.share);
}

const shareOf = (limits: readonly Bottleneck[], name: string) => limits.find(({ limit }) => limit === name)?.share ?? 0;

function costTable(outlooks: readonly Outlook[]): string {
  const [first] = outlooks;
  if (first === undefined) return '';
  const { load, cost } = first;
  const millions = (load.eventsPerSecond * MONTH_SECONDS) / 1e6;
  const figures = (usdPerMonth: number) => [usd(usdPerMonth, 2), usd(usdPerMonth / millions, 3)];
  const rows = cost.lines
    .map(({ part, what }, index) => {
      const each = outlooks.map((outlook) => outlook.cost.lines[index]?.usdPerMonth ?? 0);
      return { what: [part, part === 'Upstash' ? upstashPlans(outlooks, index) : what], each };
    })
    .filter(({ each }) => each.some((value) => value > 0))
    .map(({ what, each }) => [...what, ...each.flatMap(figures)]);
  const sum = ['**all**', '', ...outlooks.flatMap((outlook) => figures(outlook.cost.usdPerMonth))];
  const head = ['part', 'line', ...outlooks.flatMap((outlook) => [`USD/month, ${aBatch(outlook)}`, 'USD/million'])];
  return table(head, [...rows, sum], 2);
}

/** The plan that is cheapest may depend on the size of batches. */
const upstashPlans = (outlooks: readonly Outlook[], index: number) =>
  [...new Set(outlooks.map(({ cost }) => cost.lines[index]?.what ?? ''))].join(' / ');

/** For programs: everything the text is made of, on one line. */
export function reportJson(outlooks: readonly Outlook[]): string {
  const all = outlooks.map((outlook) => ({ ...outlook, usage: usageOf(outlook.load) }));
  return JSON.stringify({ pricesAsOf: PRICES_AS_OF, currency: 'USD', region: 'us-east-1', outlooks: all });
}
