import { Argument, Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { type Cli, jsonOption, targetCommand } from '../shared/cli.ts';
import { tell } from '../shared/describe.ts';
import { phoneNumber } from '../shared/option-values.ts';
import { UsageError } from '../shared/usage-error.ts';

const ITEM = `{"phoneNumber", "preference": "optIn"|"optOut", "state": "pending"|"failed"|"synced", "eventTime", "eventId",
 "receivedAt", "attempts", "nextAttemptAt": time or null, "lastError": text or null, "confirmedAt": time or null}`;

/** What a compliance officer asks, and what an operator does about failed numbers. */
export function dncCommand(cli: Cli): CommandUnknownOpts {
  const group = new Command('dnc')
    .description('what customers want of Do-Not-Call, what CXone was told, and what it said')
    .summary('Do-Not-Call wishes, and what became of them')
    .addCommand(listCommand(cli))
    .addCommand(showCommand(cli))
    .addCommand(retryCommand(cli));
  return tell(group, { examples: ['npx relay dnc list --state failed'] });
}

function listCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('list')
    .description('the numbers and how they stand, in full')
    .addOption(new Option('--state <state>', 'of this state only').choices(['pending', 'failed', 'synced'] as const))
    .addOption(jsonOption())
    .action(async (options) => {
      const { listNumbers } = await import('./list.ts');
      await listNumbers(await cli.target(options), options, cli.output);
    });
  return tell(command, {
    notes: 'Pending and failed numbers are read by an index; a list of synced ones reads the whole table.',
    json: ITEM,
    examples: ['npx relay dnc list --state failed'],
  });
}

function showCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('show')
    .description("a number's whole story: wanted, heard, sent, confirmed")
    .addArgument(new Argument('<number>', 'in E.164').argParser(phoneNumber))
    .addOption(jsonOption())
    .action(async (number, options) => {
      const { showNumber } = await import('./show.ts');
      cli.endWith(await showNumber(await cli.target(options), number, options, cli.output));
    });
  return tell(command, {
    json: `{"phoneNumber", "standing": as by "list", or null, "history": [{"at", "type": "heard"|"superseded"|"sent"|
 "confirmed"|"refused"|"failed"|"requeued", "preference", "eventTime", "eventId", "requestId"?, "detail"?}]}`,
    examples: ['npx relay send --kind dnc --contact +14155550100', 'npx relay dnc show +14155550100'],
  });
}

function retryCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('retry')
    .description('failed numbers become pending again, with all their attempts')
    .addArgument(new Argument('[numbers...]', 'in E.164').argParser(manyNumbers))
    .option('--all', 'every failed number')
    .addOption(jsonOption())
    .action(async (numbers = [], options) => {
      const all = options.all === true;
      if (numbers.length > 0 === all) throw new UsageError('give the numbers, or --all');
      const { retryNumbers } = await import('./retry.ts');
      const wanted = all ? 'all' : numbers;
      cli.endWith(await retryNumbers(await cli.target(options), wanted, options, cli.output));
    });
  return tell(command, {
    json: '{"phoneNumber", "outcome": "requeued"|"not-failed"|"unknown", "state": of one that was not failed, or null}',
    examples: ['npx relay dnc retry --all'],
  });
}

const manyNumbers = (given: string, before: string[] = []): string[] => [...before, phoneNumber(given)];
