import { BATCHER, RARE_METRIC_HOURS, RECEIVER_MS, ROUTER_BATCH_MS } from './assumptions.ts';
import { batcherNumbersPerSecond } from './bottlenecks.ts';
import { monthlyCost } from './cost.ts';
import { fittingRate, WANTED_RATE } from './filter.ts';
import { guaranteeCosts } from './guarantees.ts';
import { BATCH_ENDS, type Load } from './load.ts';
import { PRICES_AS_OF } from './prices.ts';
import { loadAt, recommendation, TARGET_USD } from './recommendation.ts';
import { outlooksOf, reportText } from './report.ts';
import { table } from './table.ts';
import { usageOf } from './usage.ts';

const RATES = [10, 1000, 10_000, 100_000];
const GUARANTEE_RATE = 1000;
const hundreds = (rate: number) => (Math.floor(rate / 100) * 100).toLocaleString('en-US');

/** docs/capacity.md, whole. */
export function capacityDocument(): string {
  return `${[
    INTRODUCTION,
    '## A million events',
    millionTable(),
    recommendation(),
    '## What each guarantee costs',
    guaranteeTable(),
    GUARANTEE_NOTES,
    BATCHES,
    BOTTLENECKS,
    ...RATES.map((rate) => reportText(outlooksOf(loadAt(rate), BATCH_ENDS))),
    ASSUMPTIONS,
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `# Capacity and cost

Printed by \`npx relay capacity --document\`; a test compares the two. For your own load:

    npx relay capacity --events-per-second 250 --duplicates 0.05 --size 2048

Prices are public list prices of us-east-1, written down on ${PRICES_AS_OF} in \`cli/capacity/prices.ts\` with the page of each,
without free tiers, discounts, support and tax. They change: check them before you rely on a sum. Kafka itself, a NAT
gateway or VPC endpoints, X-Ray and a KMS key of your own are not in here; CXone's side is not, either.`;

function millionTable(): string {
  const rows = [10, 100, 1000, 10_000, 100_000].map((rate) => {
    const perMillion = (filter: Load['filter']) =>
      outlooksOf({ ...loadAt(rate), filter }, BATCH_ENDS).map(({ cost }) => cost.usdPerMillion.toFixed(2));
    return [rate.toLocaleString('en-US'), ...perMillion('upstash'), leastBatch(rate), ...perMillion('off')];
  });
  const head = [
    'events/s',
    '1 a batch',
    '10 a batch',
    `batch for ${TARGET_USD.toFixed(2)}`,
    'filter off, 1 a batch',
    'filter off, 10 a batch',
  ];
  return `USD for a million events of 1 KB with 2 % repeats, all in:\n\n${table(head, rows, 0)}`;
}

/** The smallest average batch, to a tenth, in which a million events stay within the target. */
function leastBatch(eventsPerSecond: number): string {
  for (let tenths = 10; tenths <= 100; tenths++) {
    const { usdPerMillion } = monthlyCost({ ...loadAt(eventsPerSecond), batchSize: tenths / 10 });
    if (usdPerMillion <= TARGET_USD) return (tenths / 10).toFixed(1);
  }
  return '–';
}

function guaranteeTable(): string {
  const ends = BATCH_ENDS.map((batchSize) => guaranteeCosts({ ...loadAt(GUARANTEE_RATE), batchSize }));
  const [small = [], full = []] = ends;
  const rows = small.map(({ guarantee, what, without, usdPerMillion }, index) => [
    guarantee,
    what,
    without,
    usdPerMillion.toFixed(3),
    (full[index]?.usdPerMillion ?? 0).toFixed(3),
  ]);
  return table(['guarantee', 'what is paid', 'without it', 'USD/million, 1 a batch', '10 a batch'], rows, 3);
}

const GUARANTEE_NOTES = `At 1,000 events/s; DNC wishes by the million wishes. Guarantees 6, 8 and 9 (poison never blocks, reconciling, audit trail)
cost by the incident and by the schedule: nothing that shows here. The filter saves a wait of one ledger read and is no
guarantee of its own: at today's price of a read it pays by latency, and by money only where a fixed plan carries its calls.`;

function batchTable(): string {
  const seconds = (batchSize: number) => usageOf({ ...loadAt(GUARANTEE_RATE), batchSize }).batchSeconds;
  const [one, ten] = [seconds(1), seconds(10)];
  const rows = [2, 5, 10, 50, 200].map((routers) => [
    String(routers),
    Math.floor(routers / one).toLocaleString('en-US'),
    Math.floor((10 * routers) / ten).toLocaleString('en-US'),
  ]);
  return table(['routers at once', 'events/s, 1 a batch', 'events/s, 10 a batch'], rows, 0);
}

const BATCHES = `## One event a batch, or ten

A FIFO queue has no batching window: a router takes what lies in the queue when it asks. As long as a router is free at
once batches hold one event; once all are busy each takes what came meanwhile, up to ten. AWS does not publish how many
pollers it starts, so both ends are shown above. To fill batches under steady traffic, limit how many batches Lambda works at
a time (\`routerConcurrency\` in the stage file): events wait tens of milliseconds longer, and nothing else changes. What
so many routers carry:

${batchTable()}

About 70 % of the last column is a good aim: what is left carries bursts, and the queue carries what is more. Batches are
then about six on average: so many come while a router works six.

Little traffic fills no batch in milliseconds. \`routerRuns: "every-minute"\` lets it come together in the queue, where
waiting costs nothing, and works it by the clock: the same handler, the same messages, the same guarantees, an event up to a
minute later.`;

const BOTTLENECKS = `## Bottlenecks

"lifted" says by whom: in the stage file, on request at AWS or Upstash, or not at all, since the design itself sets it.
The filter's bitmap of a day is one record of Redis, and Upstash takes 100 MB. Up to some ${hundreds(fittingRate(WANTED_RATE))} new events/s that is enough
for the default of ${WANTED_RATE} false positives; then \`dedup.falsePositiveRate\` has to rise, and from about
${hundreds(fittingRate())} events/s on the filter is not worth its call: \`dedup.filter: "off"\`, one ledger read for each event, at the same price.

The design's own first hard limit is the **filter record**: one item, read strongly once a batch, and one item carries 3,000
such reads a second. That is 3,000 events/s at one a batch and 30,000 at ten. Before it come only limits that somebody
lifts on request. On from there, in this order:

1. Fuller batches (above): ten times as far.
2. Several stages, divided by kind of event or by tenant at CXone's webhook registrations: each has its own queue, ledger,
   filter and record, and the order of a key needs only its own stage.
3. Copies of the record, of which a router reads one: every change would have to reach all copies before it counts, and
   that protocol would have to be model-checked first (test/spec/filter-model.mjs).

\`dedup.filter: "off"\` does not help here: the record is read all the same, so that the filter can be switched on again.

Do-Not-Call wishes meet one more on their way back to CXone: the **batcher**, which sends one request after another so that no
older wish overtakes a newer one, some ${Math.floor(batcherNumbersPerSecond / 10) * 10} numbers a second. What is more waits its turn, and the alarm
\`dnc-oldest-pending\` tells of it; of several wishes for one number only the newest is sent.`;

const ASSUMPTIONS = `## Where the figures come from

- Counted from the code and held to it by tests: calls a batch (one script, one read of the record, reads of repeats and of
  the filter's maybes, one write a new event), bytes of the log lines, the queue's message and the ledger's item, memory,
  alarms and metrics.
- Assumed, to be replaced by your own measurement (\`cli/capacity/assumptions.ts\`): ${RECEIVER_MS} ms for a warm receiver, ${ROUTER_BATCH_MS.base} ms and
  ${ROUTER_BATCH_MS.eachEvent} ms an event for a batch, bytes of HTTP headers, how well logs compress, ${BATCHER.requestSeconds} s for a request of the
  DNC batcher. Cold starts are left out: a few in a thousand
  invocations.
- A metric is paid for in the hours in which it has a value: those of faults are taken to have one in ${100 * RARE_METRIC_HOURS} % of hours.
- A receive from a queue in which ten wait brings ten, and the batch sizes above are those of even traffic: bursts make
  fuller batches, and pauses emptier ones.
- A script call counts as one command at Upstash; the plan is the cheapest that holds data and traffic.
- The false positives of the filter are those of three full generations and of one that fills during the day.
- Repeats within five minutes are dropped by the queue itself; here all of them are counted as far as the ledger.`;
