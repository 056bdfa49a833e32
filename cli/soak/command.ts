import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { type Cli, jsonOption } from '../shared/cli.ts';
import { tell } from '../shared/describe.ts';
import { EXIT } from '../shared/exit-codes.ts';
import { numberIn, wholeNumber } from '../shared/option-values.ts';

const EXIT_OF = { held: EXIT.done, breached: EXIT.findings, broken: EXIT.failed } as const;

/** The whole relay under faults; what was accepted is held against what arrived. */
export function soakCommand(cli: Cli): CommandUnknownOpts {
  const command = new Command('soak')
    .description('the whole relay under faults; what was accepted is held against what arrived')
    .summary('tries to lose an event: the whole relay under faults')
    .addOption(
      new Option('--minutes <m>', 'how long events are sent, 0.2 to 1440')
        .argParser(numberIn({ from: 0.2, atMost: 1440 }))
        .default(1),
    )
    .addOption(
      new Option(
        '--seed <s>',
        'the same events and the same faults for the same number (default: a random one)',
      ).argParser(wholeNumber(0, 2 ** 32)),
    )
    .addOption(
      new Option('--rate <n>', 'new events a second').argParser(numberIn({ from: 0.1, atMost: 5000 })).default(50),
    )
    .option(
      '--embedded',
      'topics as files and Redis in process: needs npm alone (default: Kafka and redis-server, two relays)',
    )
    .option('--keep <dir>', 'where data and logs go (default: kept on a breach only)')
    .addOption(jsonOption())
    .action(async ({ minutes, seed = Date.now() % 1_000_000, rate, embedded = false, keep, json }) => {
      const { soak } = await import('../../test/soak/soak.ts');
      const options = { minutes, seed, eventsPerSecond: rate, embedded, keep };
      cli.endWith(EXIT_OF[await soak(options, json === true, cli.output)]);
    });
  return tell(command, {
    notes: `Starts relays of its own. From 3 minutes on CXone also leaves open what became of a request; such numbers take
2 minutes more to settle. Ends with 2 on a breach, with the seed and the event's whole story.`,
    json: `{"seed", "minutes", "eventsPerSecond", "embedded", "sent", "accepted", "arrived", "requests", "faults",
 "breaches": [{"kind", "what"}], "data": directory or null}`,
    examples: ['npx relay soak --minutes 0.2 --seed 7 --embedded'],
  });
}
