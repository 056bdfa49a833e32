import { messageOf } from '../lib/platform/errors.ts';
import { findTarget } from './shared/target.ts';
import { UsageError } from './shared/usage-error.ts';
import { runSubscriptionsCommand } from './subscriptions/commands.ts';
import { parseSubscriptionsOptions, SUBSCRIPTIONS_HELP } from './subscriptions/options.ts';

/** `npm run subscriptions`: the reconciler's plan for people and for CI, and its run by hand. */

/** Of sysexits.h: 2 already says "changes are pending". */
const EX_USAGE = 64;

try {
  const options = parseSubscriptionsOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(SUBSCRIPTIONS_HELP);
  else {
    const target = await findTarget(options);
    console.error(`(${target.description})`);
    process.exitCode = await runSubscriptionsCommand(target, options.command, options.json, console.log);
  }
} catch (error) {
  console.error(messageOf(error));
  if (error instanceof UsageError) console.error('npm run subscriptions -- --help shows all commands');
  process.exitCode = error instanceof UsageError ? EX_USAGE : 1;
}
