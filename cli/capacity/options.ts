import { parseArgs } from 'node:util';
import { orUsageError, UsageError } from '../shared/usage-error.ts';
import { type Load, usualKeys } from './load.ts';

/** Both ends of what a batch can be, or the one size that was asked for. */
export const BATCH_ENDS = [1, 10] as const;

export interface CapacityOptions {
  load: Omit<Load, 'batchSize'>;
  batchSizes: readonly number[];
  format: 'text' | 'json';
}

export const CAPACITY_HELP = `What a load needs: limits it meets, what to raise, and what it costs by line (us-east-1, list prices).

  npm run capacity -- --events-per-second N [options]
  npm run capacity -- --document        docs/capacity.md, made anew

  --events-per-second N   average, above 0
  --duplicates SHARE      of events that are repeats, 0 to below 1          (0.02)
  --size BYTES            of an event's body, at most 700,000               (1024)
  --batch N               events in an average batch, 1 to 10               (both ends: 1 and 10)
  --dnc SHARE             of events that are Do-Not-Call wishes, 0 to 1     (0)
  --keys N                order keys active at the same time                (10 for each event a second, at least 1,000)
  --filter upstash|off    dedup.filter of the stage                         (upstash)
  --json
  --help
`;

const MAX_EVENT_BYTES = 700_000;

/** 'help' and 'document' were asked for as such. @throws UsageError */
export function parseCapacityOptions(args: readonly string[]): CapacityOptions | 'help' | 'document' {
  const values = parse(args);
  if (values.help === true) return 'help';
  if (values.document === true) {
    if (args.length > 1) throw new UsageError('--document stands alone');
    return 'document';
  }
  const rate = values['events-per-second'];
  if (rate === undefined) throw new UsageError('--events-per-second is missing: give the average, such as 1000');
  const eventsPerSecond = inRange('events-per-second', rate, { above: 0, atMost: 10_000_000 });
  const { filter = 'upstash', batch, keys } = values;
  if (filter !== 'upstash' && filter !== 'off') throw new UsageError(`--filter: "${filter}" must be upstash or off`);
  const duplicates =
    values.duplicates === undefined ? 0.02 : inRange('duplicates', values.duplicates, { from: 0, below: 1 });
  return {
    load: {
      eventsPerSecond,
      duplicates,
      sizeBytes: values.size === undefined ? 1024 : inRange('size', values.size, { from: 1, atMost: MAX_EVENT_BYTES }),
      dncShare: values.dnc === undefined ? 0 : inRange('dnc', values.dnc, { from: 0, atMost: 1 }),
      activeKeys: keys === undefined ? usualKeys(eventsPerSecond) : inRange('keys', keys, { from: 1 }),
      filter,
    },
    batchSizes: batch === undefined ? BATCH_ENDS : [inRange('batch', batch, { from: 1, atMost: 10 })],
    format: values.json === true ? 'json' : 'text',
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    'events-per-second': text,
    duplicates: text,
    size: text,
    batch: text,
    dnc: text,
    keys: text,
    filter: text,
    json: flag,
    document: flag,
    help: { ...flag, short: 'h' },
  } as const;
  return orUsageError(() => parseArgs({ args: [...args], options })).values;
}

interface Range {
  above?: number;
  from?: number;
  below?: number;
  atMost?: number;
}

function inRange(option: string, given: string, { above, from, below, atMost }: Range): number {
  const value = given.trim() === '' ? Number.NaN : Number(given);
  const low = above !== undefined ? value > above : value >= (from ?? Number.NEGATIVE_INFINITY);
  const high = below !== undefined ? value < below : value <= (atMost ?? Number.MAX_SAFE_INTEGER);
  if (low && high) return value;
  const lowest = above !== undefined ? `above ${above}` : `from ${from}`;
  const highest = below !== undefined ? ` to below ${below}` : atMost !== undefined ? ` to ${atMost}` : '';
  throw new UsageError(`--${option}: "${given}" must be a number ${lowest}${highest}`);
}
