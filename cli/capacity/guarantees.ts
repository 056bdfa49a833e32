import {
  DNC_HISTORY_BYTES,
  DNC_HISTORY_MONTHS,
  DNC_READ_UNITS,
  DNC_WRITE_UNITS,
  MONTH_SECONDS,
} from './assumptions.ts';
import { monthlyCost } from './cost.ts';
import type { Load } from './load.ts';
import { costOf } from './prices.ts';
import { usageOf } from './usage.ts';

export interface GuaranteeCost {
  guarantee: string;
  what: string;
  usdPerMillion: number;
  without: string;
}

/** What each promise adds to a million events, and what goes with it. */
export function guaranteeCosts(load: Load): GuaranteeCost[] {
  const usage = usageOf(load);
  const perMillion = 1e6 / (load.eventsPerSecond * MONTH_SECONDS);
  const { lines } = monthlyCost(load);
  const sum = (...wanted: string[]) =>
    perMillion *
    lines
      .filter(({ part, what }) => wanted.some((start) => `${part}: ${what}`.startsWith(start)))
      .reduce((total, { usdPerMonth }) => total + usdPerMonth, 0);
  const requests = MONTH_SECONDS * (usage.sqsRequests.send + usage.sqsRequests.receive + usage.sqsRequests.delete);
  const order = perMillion * (costOf('sqsFifoRequest', requests) - costOf('sqsStandardRequest', requests));
  const withoutFilter = monthlyCost({ ...load, filter: 'off' }).usdPerMillion;
  const filter = monthlyCost(load).usdPerMillion - withoutFilter;
  const dnc = costOf('dynamoWriteUnit', 1e6 * DNC_WRITE_UNITS) + costOf('dynamoReadUnit', 1e6 * DNC_READ_UNITS);
  const historyGibMonths = ((1e6 * DNC_HISTORY_BYTES) / 2 ** 30) * DNC_HISTORY_MONTHS;
  const history = costOf('dynamoStorageGbMonth', historyGibMonths) + costOf('dynamoRecoveryGbMonth', historyGibMonths);
  return [
    {
      guarantee: '1 accepted is kept',
      what: 'queue, second function',
      usdPerMillion: sum('SQS:', 'Lambda: router'),
      without: 'the door would publish by itself, and what Kafka cannot take would be lost unless CXone sends it again',
    },
    {
      guarantee: '2, 3 nothing new dropped, repeats dropped for 72 h',
      what: 'ledger: writes, reads of repeats, storage',
      usdPerMillion: sum('DynamoDB: ledger writes', 'DynamoDB: ledger reads of repeats', 'DynamoDB: ledger storage'),
      without: 'repeats reach the topics; the queue drops those within five minutes',
    },
    {
      guarantee: '4 the filter in front of the ledger',
      what: 'Redis calls, less the ledger reads and waits they save',
      usdPerMillion: filter,
      without: 'dedup.filter "off": every event waits for one read of the ledger; all other guarantees stand',
    },
    {
      guarantee: '4 losing Redis loses nothing',
      what: 'filter record, read once a batch',
      usdPerMillion: sum('DynamoDB: filter record'),
      without: 'an emptied Redis would let repeats through, unnoticed',
    },
    {
      guarantee: '5 order',
      what: "FIFO's price over a standard queue's",
      usdPerMillion: order,
      without: 'events of a contact overtake each other, and two routers decide about one key at a time',
    },
    {
      guarantee: 'restorable ledger',
      what: 'point-in-time recovery',
      usdPerMillion: sum('DynamoDB: ledger point-in-time'),
      without: 'a deleted table lets the repeats of three days through',
    },
    {
      guarantee: 'every outcome is told',
      what: 'log lines, metrics, access log',
      usdPerMillion: sum('CloudWatch:'),
      without: 'nobody can say what became of an event',
    },
    {
      guarantee: 'counted over the whole stage (telemetry.counters, off unless asked for)',
      what: 'a write unit a batch; in no other sum here',
      usdPerMillion: perMillion * costOf('dynamoWriteUnit', MONTH_SECONDS * usage.batches),
      without: 'no GET /metrics and no points for InfluxDB; CloudWatch has its metrics all the same',
    },
    {
      guarantee: '7 newest preference wins (a million DNC wishes)',
      what: 'queue item, index and history units',
      usdPerMillion: dnc,
      without: 'an older wish that comes late undoes an opt-out',
    },
    {
      guarantee: 'DNC history for five years (a million DNC wishes)',
      what: 'storage and recovery, for the whole time',
      usdPerMillion: history,
      without: 'dnc.historyYears 1 costs a fifth; the compliance officer gets shorter answers',
    },
  ];
}
