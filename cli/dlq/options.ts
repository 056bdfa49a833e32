import { parseArgs } from 'node:util';
import { TARGET_HELP, TARGET_OPTIONS, type TargetOptions } from '../shared/target.ts';
import { orUsageError, UsageError, wholeNumber } from '../shared/usage-error.ts';
import type { LetterFilter } from './filter.ts';

export type DlqCommand =
  | { do: 'list'; filter: LetterFilter; limit: number; json: boolean }
  | { do: 'show'; id: string }
  | { do: 'redrive' | 'discard'; filter: LetterFilter; limit: number; dryRun: boolean };

export const DLQ_HELP = `Events that were parked: why, and what becomes of them.

  npm run dlq -- list     [--reason CODE] [--event-id ID] [--since TIME] [--limit N] [--json]
  npm run dlq -- show ID                 everything about one, its body included; ID: of the event or a message
  npm run dlq -- redrive  [filters as above] [--dry-run]
                                         back into the events queue, in the order of each contact, with 13 new days
  npm run dlq -- discard  [filters as above] --yes | --dry-run
                                         deleted; each is written to stdout as a line of JSON first

  --since TIME       parked since then: 2026-01-31T12:00:00Z, or 90m, 6h, 3d ago
  --limit N          so many at most; whole contacts, the one whose event was parked first comes first
${TARGET_HELP}  --help

A redrive that is broken off can be run again: an event that came through before is dropped as a repeat.
While one of these commands runs, another one does not see the events that it holds.
Ends with 0; with 1 when not all could be done, or the event that was named is not there; with 2 for a mistake in the options
or a relay that cannot be reached.
`;

const COMMANDS = ['list', 'show', 'redrive', 'discard'] as const;
type Name = (typeof COMMANDS)[number];

/** Which options a command takes, beside those of the target. */
const TAKES: Record<Name, readonly string[]> = {
  list: ['reason', 'event-id', 'since', 'limit', 'json'],
  show: [],
  redrive: ['reason', 'event-id', 'since', 'limit', 'dry-run'],
  discard: ['reason', 'event-id', 'since', 'limit', 'dry-run', 'yes'],
};

/** undefined: help was asked for. @throws UsageError */
export function parseDlqOptions(
  args: readonly string[],
  nowMs: number,
): (TargetOptions & { command: DlqCommand }) | undefined {
  const { values, positionals } = orUsageError(() => parse(args));
  const [given, ...ids] = positionals;
  if (values.help === true || given === undefined) return undefined;
  const name = COMMANDS.find((command) => command === given);
  if (name === undefined) throw new UsageError(`"${given}": the commands are ${COMMANDS.join(', ')}`);
  const foreign = Object.keys(values).find((option) => !(option in TARGET_OPTIONS) && !TAKES[name].includes(option));
  if (foreign !== undefined) throw new UsageError(`--${foreign} does not belong to "${name}"`);
  return { stage: values.stage, port: values.port, command: commandOf(name, ids, values, nowMs) };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...TARGET_OPTIONS,
      reason: { type: 'string' },
      'event-id': { type: 'string' },
      since: { type: 'string' },
      limit: { type: 'string' },
      json: { type: 'boolean' },
      'dry-run': { type: 'boolean' },
      yes: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

type Values = ReturnType<typeof parse>['values'];

function commandOf(name: Name, ids: readonly string[], values: Values, nowMs: number): DlqCommand {
  if (name === 'show') {
    const [id, ...others] = ids;
    if (id === undefined || others.length > 0) throw new UsageError('"show" takes one id, of an event or a message');
    return { do: 'show', id };
  }
  if (ids.length > 0) throw new UsageError(`"${name}" takes no ids; give --event-id`);
  const filter: LetterFilter = {
    reason: values.reason,
    eventId: values['event-id'],
    sinceMs: timeOf(values.since, nowMs),
  };
  const limit = wholeNumber('limit', values.limit) ?? Number.POSITIVE_INFINITY;
  if (name === 'list') return { do: 'list', filter, limit, json: values.json === true };
  const dryRun = values['dry-run'] === true;
  if (name === 'discard' && !dryRun && values.yes !== true) {
    throw new UsageError('"discard" deletes events for good: give --yes, or --dry-run to see which');
  }
  return { do: name, filter, limit, dryRun };
}

const UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function timeOf(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  if (unit !== undefined) return nowMs - Number(count) * (UNIT_MS[unit] ?? 0);
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new UsageError(`--since: "${text}" must be a time such as 2026-01-31T12:00:00Z, or 90m, 6h or 3d ago`);
  }
  return ms;
}
