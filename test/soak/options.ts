import { parseArgs } from 'node:util';

export interface SoakOptions {
  minutes: number;
  seed: number;
  eventsPerSecond: number;
  /** Topic log and Redis in this process instead of Kafka and redis-server. */
  embedded: boolean;
  /** Data and logs stay here afterwards; undefined: a directory that is removed when nothing was wrong. */
  keep: string | undefined;
}

export const SOAK_HELP = `npm run soak -- --minutes M --seed S [--rate N] [--embedded] [--keep DIR]
The whole relay under faults; what was accepted is held against what arrived. Exit code 0: everything held, 1: a breach.
  --minutes M   how long events are sent, 0.2 to 1440                         (1)
  --seed S      the same events and the same faults for the same number       (a random one)
  --rate N      new events a second                                           (50)
  --embedded    topics as files and Redis in process: needs npm alone         (Kafka and redis-server, two relays)
  --keep DIR    where data and logs go                                        (kept on a breach only)
From 3 minutes on CXone also leaves open what became of a request; such numbers take 2 minutes more to settle.
`;

/** @throws Error that says which option is wrong; undefined: help was asked for. */
export function parseSoakOptions(args: readonly string[]): SoakOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      rate: { type: 'string', default: '50' },
      embedded: { type: 'boolean', default: false },
      keep: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    minutes: numberOf('minutes', values.minutes, 0.2, 1440),
    seed: Math.floor(numberOf('seed', values.seed, 0, 2 ** 32)),
    eventsPerSecond: numberOf('rate', values.rate, 0.1, 5000),
    embedded: values.embedded,
    keep: values.keep,
  };
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= least && number <= most))
    throw new Error(`--${name} ${text}: must be a number from ${least} to ${most}`);
  return number;
}
