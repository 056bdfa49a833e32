import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { relayProgram } from '../../cli/program.ts';
import type { Cli } from '../../cli/shared/cli.ts';
import { relayCommand } from './command-line.ts';

/** Every command that does something, such as `dlq list`. */
export function commandLeaves(): string[] {
  const program = relayProgram({} as Cli); // is not run
  const leaves: string[] = [];
  const walk = (command: CommandUnknownOpts, path: string[]) => {
    for (const below of command.commands) walk(below, [...path, below.name()]);
    if (command.commands.length === 0) leaves.push(path.join(' '));
  };
  walk(program, []);
  return leaves;
}

export interface Help {
  text: string;
  examples: string[];
  /** Names that the shape of `--json` has. */
  jsonNames: Set<string>;
}

export async function helpOf(path: string): Promise<Help> {
  const { lines } = await relayCommand(`${path} --help`);
  const from = (title: RegExp) => {
    const start = lines.findIndex((line) => title.test(line));
    const end = lines.indexOf('', start);
    return start === -1 ? [] : lines.slice(start + 1, end === -1 ? undefined : end);
  };
  return {
    text: lines.join('\n'),
    examples: from(/^Examples?:$/).map((line) => line.trim()),
    jsonNames: new Set(
      [
        ...from(/^With --json/)
          .join(' ')
          .matchAll(/"(\w+)"/g),
      ].map(([, name = '']) => name),
    ),
  };
}
