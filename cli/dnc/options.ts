import { parseArgs } from 'node:util';
import type { DncState } from '../../lib/dnc/types.ts';
import { TARGET_HELP, TARGET_OPTIONS, type TargetOptions } from '../shared/target.ts';

export type DncCommand =
  | { do: 'list'; state: DncState | undefined }
  | { do: 'show'; phoneNumber: string }
  | { do: 'retry'; phoneNumbers: string[] | 'all' };

export const DNC_HELP = `What customers want of Do-Not-Call, what CXone was told, and what it said. Numbers are shown in full.

  npm run dnc -- list [--state pending|failed|synced]
  npm run dnc -- show +14155550100       the number's whole story
  npm run dnc -- retry +14155550100 …    failed numbers become pending again, with all their attempts
  npm run dnc -- retry --all

${TARGET_HELP}  --help

Pending and failed numbers are read by an index; a list of synced ones reads the whole table.
`;

const STATES: readonly DncState[] = ['pending', 'failed', 'synced'];

/** undefined: help was asked for. @throws Error saying what to give instead */
export function parseDncOptions(args: readonly string[]): (TargetOptions & { command: DncCommand }) | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...TARGET_OPTIONS,
      state: { type: 'string' },
      all: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [name, ...numbers] = positionals;
  if (values.help === true || name === undefined) return undefined;
  return { stage: values.stage, port: values.port, command: commandOf(name, numbers, values) };
}

function commandOf(
  name: string,
  numbers: string[],
  { state, all }: { state?: string | undefined; all?: boolean | undefined },
): DncCommand {
  if (state !== undefined && name !== 'list') throw new Error(`--state belongs to "list", not to "${name}"`);
  if (all === true && name !== 'retry') throw new Error(`--all belongs to "retry", not to "${name}"`);
  for (const number of numbers) {
    if (!/^\+[1-9]\d{4,14}$/.test(number)) throw new Error(`"${number}" is no E.164 number; write it as +14155550100`);
  }
  switch (name) {
    case 'list':
      if (numbers.length > 0) throw new Error('"list" takes no numbers; "show" tells of one');
      return { do: 'list', state: stateOf(state) };
    case 'show': {
      const [phoneNumber, ...others] = numbers;
      if (phoneNumber === undefined || others.length > 0) throw new Error('"show" takes one number');
      return { do: 'show', phoneNumber };
    }
    case 'retry':
      if (numbers.length > 0 === (all === true)) throw new Error('"retry" takes numbers, or --all');
      return { do: 'retry', phoneNumbers: all === true ? 'all' : numbers };
    default:
      throw new Error(`"${name}": the commands are list, show and retry`);
  }
}

function stateOf(text: string | undefined): DncState | undefined {
  const state = STATES.find((one) => one === text);
  if (text !== undefined && state === undefined)
    throw new Error(`--state: "${text}" must be one of ${STATES.join(', ')}`);
  return state;
}
