import { type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { EVENT_KINDS } from '../../lib/events/kinds.ts';
import { type Cli, jsonOption, targetCommand } from '../shared/cli.ts';
import { tell } from '../shared/describe.ts';
import { numberIn, wholeNumber } from '../shared/option-values.ts';

/** The way to try a relay, on this machine or deployed. */
export function sendCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('send')
    .description('signs events and posts them to a relay, as CXone does')
    .addOption(new Option('--url <url>', "webhook to post to (default: the relay's own)").argParser(urlOf))
    .addOption(new Option('--secret <text>', "signing secret (default: the relay's own)"))
    .addOption(
      new Option('--kind <kind>', 'of the sample events').choices(EVENT_KINDS).default('contact-action' as const),
    )
    .option('--contact <id>', 'contact, interaction or phone number of all events (default: spread over a few)')
    .addOption(new Option('--count <n>', 'events').argParser(wholeNumber()).default(1))
    .addOption(
      new Option('--repeat <n>', 'times each is sent in all, with other transient fields and key order')
        .argParser(wholeNumber())
        .default(1),
    )
    .addOption(
      new Option('--rate <n>', 'requests a second (default: as fast as they are answered)').argParser(
        numberIn({ above: 0 }),
      ),
    )
    .addOption(
      new Option('--connections <n>', 'side by side; events of one contact keep to one')
        .argParser(wholeNumber(1, 1000))
        .default(4),
    )
    .addOption(
      new Option(
        '--file <path>',
        'events of this file instead of samples, byte for byte: JSON, the elements of a JSON array, or a JSON value a line',
      ).conflicts(['kind', 'contact', 'count']),
    )
    .addOption(jsonOption())
    .action(async (options) => {
      const { sendTo } = await import('./send.ts');
      cli.endWith(await sendTo(options, cli));
    });
  return tell(command, {
    notes: `With --url and no stage nothing is looked up: give --secret, unless it is the local relay's usual one.
Ends with 1 when anything was answered other than 202.`,
    json: `{"url", "requests", "accepted", "unanswered", "answers": {"<status>": count}, "seconds",
 "complaints": {"<status>, or none": what one such answer said}}`,
    examples: ['npx relay send --count 10 --repeat 2'],
  });
}

function urlOf(given: string): URL {
  if (!/^https?:/.test(given) || !URL.canParse(given))
    throw new InvalidArgumentError('It must be an http or https URL.');
  return new URL(given);
}
