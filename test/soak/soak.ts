import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { removeDirectory, temporaryDirectory } from '../e2e/support/relay-process.ts';
import type { SoakOptions } from './options.ts';
import { factsOf, storyOf, tableOf } from './report.ts';
import { runSoak } from './run-soak.ts';

/** `print`: the verdict; `note`: how it goes, and what ended it. */
export interface SoakOutput {
  print(line: string): Promise<void>;
  note(line: string): void;
}

/** Tries to lose an event; `breached`: it did. `broken`: it could not be run to its end. */
export async function soak(
  options: SoakOptions,
  json: boolean,
  { print, note }: SoakOutput,
): Promise<'held' | 'breached' | 'broken'> {
  const directory = options.keep === undefined ? temporaryDirectory() : resolve(options.keep);
  try {
    mkdirSync(directory, { recursive: true });
    const result = await runSoak(options, directory, note);
    const story = await storyOf(result);
    const kept = story !== '' || options.keep !== undefined;
    await print(json ? JSON.stringify({ ...factsOf(result), data: kept ? directory : null }) : tableOf(result));
    if (story !== '') await (json ? note : print)(`\n${story}\n\ndata and logs: ${directory}`);
    if (!kept) removeDirectory(directory);
    return story === '' ? 'held' : 'breached';
  } catch (error) {
    note(inspect(error)); // with its causes and those of its clean-up: whoever runs this mends the relay
    return 'broken';
  }
}
