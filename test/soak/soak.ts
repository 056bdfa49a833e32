import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { removeDirectory, temporaryDirectory } from '../e2e/support/relay-process.ts';
import { parseSoakOptions, SOAK_HELP, type SoakOptions } from './options.ts';
import { storyOf, tableOf } from './report.ts';
import { runSoak } from './run-soak.ts';

/** `npm run soak`: tries to lose an event. */
async function main(options: SoakOptions): Promise<number> {
  const directory = options.keep === undefined ? temporaryDirectory() : resolve(options.keep);
  mkdirSync(directory, { recursive: true });
  const result = await runSoak(options, directory, (line) => console.error(line));
  console.log(tableOf(result));
  const story = await storyOf(result);
  if (story !== '') console.log(`\n${story}\n\ndata and logs: ${directory}`);
  else if (options.keep === undefined) removeDirectory(directory);
  return story === '' ? 0 : 1;
}

try {
  const options = parseSoakOptions(process.argv.slice(2));
  if (options === undefined) console.log(SOAK_HELP);
  process.exit(options === undefined ? 0 : await main(options));
} catch (error) {
  console.error(inspect(error)); // with its causes and those of its clean-up
  process.exit(2);
}
