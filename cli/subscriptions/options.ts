import { parseArgs } from 'node:util';
import { TARGET_HELP, TARGET_OPTIONS, type TargetOptions } from '../shared/target.ts';
import { orUsageError, UsageError } from '../shared/usage-error.ts';

export const SUBSCRIPTION_COMMANDS = ['plan', 'apply', 'list'] as const;
export type SubscriptionCommand = (typeof SUBSCRIPTION_COMMANDS)[number];

export const SUBSCRIPTIONS_HELP = `CXone's event subscriptions: what is declared, what is there, and the way from one to the other.

  npm run subscriptions -- plan     what would change, from what, to what, and why; changes nothing
  npm run subscriptions -- apply    shows the same, then does it now instead of within 5 minutes
  npm run subscriptions -- list     what CXone has: ours and declared, ours and no longer declared, or foreign

${TARGET_HELP}  --json             the answer as JSON
  --help

What is declared is what the running relay carries: after a change of the stage file deploy (or start) first.

Ends with 0: all is as declared (plan), done (apply), listed (list); 2: changes are pending (plan only); 1: it cannot become as
declared (a foreign subscription of the same name, the organisation's limit), something failed, or the relay cannot be
reached; 64: a mistake in the options.
`;

/** undefined: help was asked for. @throws UsageError */
export function parseSubscriptionsOptions(
  args: readonly string[],
): (TargetOptions & { command: SubscriptionCommand; json: boolean }) | undefined {
  const { values, positionals } = orUsageError(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...TARGET_OPTIONS, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }),
  );
  const [name, ...others] = positionals;
  if (values.help === true || name === undefined) return undefined;
  const command = SUBSCRIPTION_COMMANDS.find((one) => one === name);
  if (command === undefined) throw new UsageError(`"${name}": the commands are ${SUBSCRIPTION_COMMANDS.join(', ')}`);
  if (others.length > 0) throw new UsageError(`"${name}" takes options only, not "${others[0]}"`);
  return { stage: values.stage, port: values.port, command, json: values.json === true };
}
