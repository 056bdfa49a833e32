import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { type Cli, jsonOption, targetCommand } from '../shared/cli.ts';
import { tell } from '../shared/describe.ts';
import { pointInTimeMs, wholeNumber } from '../shared/option-values.ts';
import { UsageError } from '../shared/usage-error.ts';

const FACTS = `{"parkedAt", "reason", "detail", "eventId": text or null, "kind": text or null, "type": text or null,
 "receivedAt": time or null, "groupId", "messageId", "sourceMessageId": text or null`;
const HELD = 'While one of these commands runs, another one does not see the events that it holds.';

/** What lies in the dead-letter queue, and getting it out of there. */
export function dlqCommand(cli: Cli): Command {
  const group = new Command('dlq')
    .description('events that were parked: why, and what becomes of them')
    .summary('parked events: list, keep, redrive, discard')
    .addCommand(listCommand(cli))
    .addCommand(showCommand(cli))
    .addCommand(exportCommand(cli))
    .addCommand(importCommand(cli))
    .addCommand(redriveCommand(cli))
    .addCommand(discardCommand(cli));
  return tell(group, { examples: ['npx relay dlq list'] });
}

const filteredCommand = (name: string) =>
  targetCommand(name)
    .option('--reason <code>', 'parked for this reason, such as no-topic')
    .option('--event-id <id>', 'this event')
    .addOption(
      new Option('--since <time>', 'parked since then: 2026-01-31T12:00:00Z, or 90m, 6h, 3d ago').argParser(
        pointInTimeMs,
      ),
    )
    .addOption(
      new Option(
        '--limit <n>',
        'so many at most; whole contacts, the one whose event was parked first comes first',
      ).argParser(wholeNumber()),
    );

function listCommand(cli: Cli): CommandUnknownOpts {
  const command = filteredCommand('list')
    .description('what is parked, with the reason')
    .addOption(jsonOption())
    .action(async (options) => {
      const { listLetters } = await import('./list.ts');
      const target = await cli.target(options);
      cli.endWith(await listLetters(await target.deadLetterQueue(), options, 'parked', cli.output));
    });
  return tell(command, {
    notes: HELD,
    json: `${FACTS}}`,
    examples: ['npx relay dlq list --since 3d', 'npx relay dlq list --reason retries-exhausted --json'],
  });
}

function showCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('show')
    .description('everything about one, its order key and its body included')
    .argument('[id]', 'of the event or a message; without it the one that was parked first')
    .addOption(jsonOption())
    .action(async (id, options) => {
      const { showLetters } = await import('./show.ts');
      const target = await cli.target(options);
      cli.endWith(await showLetters(await target.deadLetterQueue(), id, options, cli.output));
    });
  return tell(command, {
    notes: HELD,
    json: `${FACTS},\n "orderKey": text or null, "body": text as it was sent}`,
    examples: ['npx relay dlq show'],
  });
}

function exportCommand(cli: Cli): CommandUnknownOpts {
  const command = filteredCommand('export')
    .description('prints them whole, a line of JSON each, for a file that "import" takes; they stay where they are')
    .addOption(jsonOption())
    .action(async (options) => {
      const { exportLetters } = await import('./export.ts');
      const target = await cli.target(options);
      cli.endWith(await exportLetters(await target.deadLetterQueue(), options, cli.output));
    });
  return tell(command, {
    notes: `A message holds the body, in base64 as the queue has it, and the order key: numbers in full. Keep the file accordingly.
Ends with 1 when some could not be looked at.
${HELD}`,
    json: `${FACTS},\n "message": the queued message as it was}. Without --json it prints the same`,
    examples: ['npx relay dlq export --since 3d'],
  });
}

function importCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('import')
    .description(
      'puts what "export" or "discard" printed into the events queue, in the order of the file, with 13 new days',
    )
    .argument('<file>', 'with their lines')
    .addOption(jsonOption())
    .action(async (file, options) => {
      const { importLetters, readKept } = await import('./import.ts');
      const kept = readKept(file);
      const target = await cli.target(options);
      cli.endWith(await importLetters(await target.deadLetterQueue(), kept, options.json, cli.output));
    });
  return tell(command, {
    notes: `A file with a line that is none of theirs is refused whole. An event that came through before is dropped as a repeat, with
a window of 72 hours up to 31 days after its receipt.`,
    json: '{"imported", "left", "brokenOff": text or null}',
    examples: ['npx relay dlq import parked.ndjson'],
  });
}

function redriveCommand(cli: Cli): CommandUnknownOpts {
  const command = filteredCommand('redrive')
    .description('puts them back into the events queue, in the order of each contact, with 13 new days')
    .option('--dry-run', 'only shows which')
    .addOption(jsonOption())
    .action(async (options) => {
      const { redriveLetters } = await import('./redrive.ts');
      const target = await cli.target(options);
      cli.endWith(await redriveLetters(await target.deadLetterQueue(), options, cli.output));
    });
  return tell(command, {
    notes: `A redrive that is broken off can be run again: an event that came through before is dropped as a repeat.\n${HELD}`,
    json: `{"redriven", "byReason": {"<reason>": count}, "parkedAgain", "left", "brokenOff": text or null};
in a dry run as by "list"`,
    examples: ['npx relay dlq redrive --reason no-topic --dry-run', 'npx relay dlq redrive --reason no-topic'],
  });
}

function discardCommand(cli: Cli): CommandUnknownOpts {
  const command = filteredCommand('discard')
    .description('deletes them; each is printed as a line of JSON first')
    .option('--dry-run', 'only shows which')
    .option('--yes', 'they are gone for good, and that is meant')
    .addOption(jsonOption())
    .action(async (options) => {
      if (options.dryRun !== true && options.yes !== true) {
        throw new UsageError('this deletes events for good: give --yes, or --dry-run to see which');
      }
      const { discardLetters } = await import('./discard.ts');
      const target = await cli.target(options);
      cli.endWith(await discardLetters(await target.deadLetterQueue(), options, cli.output));
    });
  return tell(command, {
    notes: `What cannot be printed is not deleted.\n${HELD}`,
    json: `${FACTS},\n "message": the queued message as it was}; in a dry run as by "list". Without --json it prints the same`,
    examples: ['npx relay dlq discard --reason envelope-unreadable --dry-run'],
  });
}
