import { messageOf } from '../lib/platform/errors.ts';
import { runDncCommand } from './dnc/commands.ts';
import { DNC_HELP, parseDncOptions } from './dnc/options.ts';
import { findTarget } from './shared/target.ts';

/** `npm run dnc`: what a compliance officer asks, and what an operator does about failed numbers. */
try {
  const options = parseDncOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(DNC_HELP);
  else {
    const target = await findTarget(options);
    console.error(`(${target.description})`);
    process.exitCode = await runDncCommand(target, options.command, console.log);
  }
} catch (error) {
  console.error(messageOf(error));
  console.error('npm run dnc -- --help shows all commands');
  process.exitCode = 2;
}
