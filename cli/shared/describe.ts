import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** What the help says after the options. */
export interface Told {
  /** Commands that work as they stand, on a relay that has such data. */
  examples: readonly string[];
  /** Shape of a line of `--json`. */
  json?: string;
  notes?: string;
}

/** Answers the command. */
export function tell<C extends CommandUnknownOpts>(command: C, { examples, json, notes }: Told): C {
  const parts = [
    notes,
    json === undefined ? undefined : `With --json each line is\n${indented(json)}`,
    `Example${examples.length === 1 ? '' : 's'}:\n${indented(examples.join('\n'))}`,
  ];
  command.addHelpText('after', `\n${parts.filter((part) => part !== undefined).join('\n\n')}`);
  return command;
}

const indented = (text: string) => text.replace(/^/gm, '  ');
