import { monthlyCost } from './cost.ts';
import { type Load, usualKeys } from './load.ts';
import { recommendedRouters } from './report.ts';
import { table } from './table.ts';
import { batchSizeWith } from './usage.ts';

/** USD for a million events, every guarantee on. */
export const TARGET_USD = 3.5;

/** What the target is stated for: 1 KB, 2 % repeats. */
export const loadAt = (eventsPerSecond: number): Omit<Load, 'batchSize'> => ({
  eventsPerSecond,
  duplicates: 0.02,
  sizeBytes: 1024,
  dncShare: 0,
  activeKeys: usualKeys(eventsPerSecond),
  filter: 'upstash',
});

interface Setting {
  batchSize: number;
  usdPerMillion: number;
}

function byTheMinute(eventsPerSecond: number): Setting {
  const load = { ...loadAt(eventsPerSecond), routerRuns: 'every-minute' } as const;
  const batchSize = batchSizeWith(load, 1);
  return { batchSize, usdPerMillion: monthlyCost({ ...load, batchSize }).usdPerMillion };
}

function continuously(eventsPerSecond: number): Setting & { routers: number } {
  const load = loadAt(eventsPerSecond);
  const { routers, batchSize } = recommendedRouters(load);
  return { routers, batchSize, usdPerMillion: monthlyCost({ ...load, batchSize }).usdPerMillion };
}

/** To ten events/s: from there on the target is met at every rate. */
function metFrom(setting: (eventsPerSecond: number) => Setting, upTo: number): number {
  let rate = upTo;
  while (rate > 10 && setting(rate - 5).usdPerMillion <= TARGET_USD) rate -= 5;
  return rate;
}

const RATES = [1, 10, 20, 50, 100, 200, 300, 500, 1000, 10_000, 100_000];
/** One run a minute carries some hundred events/s; five can run side by side. */
const MINUTE_UP_TO = 500;

/** From which rate on, and in which setting, the target is met; what else lowers the cost. */
export function recommendation(): string {
  const rows = RATES.map((rate) => {
    const [minute, steady] = [byTheMinute(rate), continuously(rate)];
    return [
      rate.toLocaleString('en-US'),
      String(steady.routers),
      steady.batchSize.toFixed(1),
      steady.usdPerMillion.toFixed(2),
      ...(rate > MINUTE_UP_TO ? ['–', '–'] : [minute.batchSize.toFixed(1), minute.usdPerMillion.toFixed(2)]),
    ];
  });
  const head = ['events/s', 'routerConcurrency', 'average batch', 'USD', 'every minute: average batch', 'USD '];
  const [steadyFrom, minuteFrom] = [metFrom(continuously, MINUTE_UP_TO), metFrom(byTheMinute, MINUTE_UP_TO)];
  return `The target is ${TARGET_USD.toFixed(2)} USD with every guarantee on. It is met:

- from about **${steadyFrom} events/s** on with \`routerConcurrency\` as in this table, and nothing is given up for it but tens of
  milliseconds;
- from about **${minuteFrom} events/s** on, up to ${MINUTE_UP_TO}, with \`routerRuns: "every-minute"\`: an event is in its topic up to a minute
  later, and a Do-Not-Call preference on its way to CXone as much later. One run carries some hundred events/s; for more,
  \`routerConcurrency\` sets up to five side by side.

${table(head, rows, 0)}

Below that the price of each request (API Gateway 1.00, the queue's send 0.50, two functions, the ledger's write 0.61) and what
a stage costs before the first event come to more, whatever is set. What lowers it further, each with what it takes away:

- \`dedup.filter: "off"\` where batches are small: the filter's call is paid by the batch, the ledger's read by the event.
- DynamoDB's provisioned capacity with auto scaling for the ledger, at steady traffic: about half of its writes' price.
- A Lambda function URL instead of the HTTP API would save its whole line, and with it throttling and access log; the stack
  has no setting for it.
- Memory: 512 MiB for the receiver halves its GB-seconds at most, and makes its cold starts about twice as long.`;
}
