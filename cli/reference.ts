import { writeFileSync } from 'node:fs';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { everyCommand, pathOf, relayProgram, runRelay } from './program.ts';
import type { Cli } from './shared/cli.ts';

export const COMMAND_REFERENCE = new URL('../docs/commands.md', import.meta.url);

const INTRODUCTION = `# Commands

Printed from the commands' own help by \`cli/reference.ts\`; a test compares the two, and runs every example.

They are typed in the clone and need nothing but its packages: npm finds \`relay\` in the clone itself, and runs it by the Node that
came with them. The script \`relay\` of package.json is the same, for who prefers "npm run".
`;

/** The text of docs/commands.md: the help of every command that does something, and of the roof. */
export async function commandReference(): Promise<string> {
  const parts = [INTRODUCTION];
  for (const command of everyCommand(relayProgram({} as Cli))) {
    const isGroup = command.parent !== null && command.commands.length > 0;
    if (!isGroup) parts.push(`## ${pathOf(command)}\n\n\`\`\`text\n${await helpOf(command)}\n\`\`\`\n`);
  }
  return parts.join('\n');
}

async function helpOf(command: CommandUnknownOpts): Promise<string> {
  const help: string[] = [];
  const output = {
    print: async (text: string) => void help.push(text),
    note: () => undefined,
    progress: () => undefined,
    interruption: () => new AbortController().signal,
    width: undefined,
  };
  const findTarget = () => Promise.reject(new Error('help needs no relay'));
  await runRelay([...pathOf(command).split(' ').slice(1), '--help'], { output, findTarget });
  return help.join('\n');
}

if (import.meta.main) writeFileSync(COMMAND_REFERENCE, await commandReference());
