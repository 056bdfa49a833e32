import { Command, type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type Cli, jsonOption, targetCommand } from '../shared/cli.ts';
import { tell } from '../shared/describe.ts';
import { wholeNumber } from '../shared/option-values.ts';
import { UsageError } from '../shared/usage-error.ts';

const STREAM = new Option('--stream <name>', 'of this stream only, such as dnc or subscriptions');
const DEFAULT_LIMIT = 20;

/** What was written to CXone, and proof that the record of it is whole. */
export function auditCommand(cli: Cli): Command {
  const group = new Command('audit')
    .description('what the relay wrote to CXone, and whether anybody has tampered with the record of it')
    .summary('the audit trail, and proof that it is whole')
    .addCommand(verifyCommand(cli))
    .addCommand(listCommand(cli));
  return tell(group, { examples: ['npx relay audit verify'] });
}

function verifyCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('verify')
    .description('walks each stream from its first record to its head; the first faulty record is named')
    .addOption(STREAM)
    .addOption(
      new Option(
        '--head <seq:hash>',
        'a head noted elsewhere, as this command prints it and the functions log it',
      ).argParser(headOf),
    )
    .addOption(jsonOption())
    .action(async (options) => {
      if (options.head !== undefined && options.stream === undefined) {
        throw new UsageError('--head needs --stream: each stream has its own');
      }
      const { verifyAudit } = await import('./verify.ts');
      cli.endWith(await verifyAudit(await cli.target(options), options, cli.output));
    });
  return tell(command, {
    notes: '--head shows a trail that was rewritten from there on by someone who could write all tables.',
    json: `{"stream", "records", "chain": "intact"|"broken", "head": {"seq", "hash"} or null, "fault"?: {"seq", "problem"}}`,
    examples: ['npx relay audit verify'],
  });
}

function listCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('list')
    .description('the newest records of each stream')
    .addOption(STREAM)
    .addOption(new Option('--limit <n>', 'so many of each stream').argParser(wholeNumber()).default(DEFAULT_LIMIT))
    .addOption(jsonOption())
    .action(async (options) => {
      const { listAudit } = await import('./list.ts');
      await listAudit(await cli.target(options), options, cli.output);
    });
  return tell(command, {
    json: `{"stream", "seq", "at", "operation", "subject", "status", "details": {…}, "keyId", "prevHash", "hash"}`,
    examples: ['npx relay audit list --stream subscriptions --limit 5'],
  });
}

function headOf(given: string): { seq: number; hash: string } {
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/i.exec(given) ?? [];
  if (seq === undefined || hash === undefined) {
    throw new InvalidArgumentError("It must be a record's number and hash, such as 42:<64 hex digits>.");
  }
  return { seq: Number(seq), hash: hash.toLowerCase() };
}
