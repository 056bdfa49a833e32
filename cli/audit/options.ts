import { parseArgs } from 'node:util';
import { TARGET_HELP, TARGET_OPTIONS, type TargetOptions } from '../shared/target.ts';
import { orUsageError, UsageError, wholeNumber } from '../shared/usage-error.ts';

export type AuditCommand =
  | { do: 'verify'; stream: string | undefined; head: { seq: number; hash: string } | undefined; json: boolean }
  | { do: 'list'; stream: string | undefined; limit: number; json: boolean };

export const AUDIT_HELP = `What the relay wrote to CXone, and whether anybody has tampered with the record of it.

  npm run audit -- verify [--stream NAME [--head SEQ:HASH]] [--json]
                                       walks each stream from its first record to its head
  npm run audit -- list   [--stream NAME] [--limit N] [--json]
                                       the newest records of each stream  (20)

  --stream NAME      dnc, subscriptions  (all there are)
  --head SEQ:HASH    a head noted elsewhere, as verify prints it and the functions log it: shows a trail that was rewritten
                     from there on by someone who could write all tables
${TARGET_HELP}  --help

verify ends with 0 when all is intact, with 1 when a stream is broken (the first faulty record is named); every command
with 2 for a mistake in the options, or when tables or key cannot be read.
`;

const DEFAULT_LIMIT = 20;

/** undefined: help was asked for. @throws UsageError */
export function parseAuditOptions(args: readonly string[]): (TargetOptions & { command: AuditCommand }) | undefined {
  const { values, positionals } = orUsageError(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...TARGET_OPTIONS,
        stream: { type: 'string' },
        head: { type: 'string' },
        limit: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
  const [name, ...others] = positionals;
  if (values.help === true || name === undefined) return undefined;
  const { stage, port, stream, head, limit, json = false } = values;
  if (name !== 'verify' && name !== 'list') throw new UsageError(`"${name}": the commands are verify and list`);
  if (others.length > 0)
    throw new UsageError(`"${name}" takes options only; for one stream give --stream ${others[0]}`);
  if (name === 'list') {
    if (head !== undefined) throw new UsageError('--head belongs to "verify"');
    return { stage, port, command: { do: 'list', stream, limit: wholeNumber('limit', limit) ?? DEFAULT_LIMIT, json } };
  }
  if (limit !== undefined) throw new UsageError('--limit belongs to "list"; "verify" reads everything');
  if (head !== undefined && stream === undefined)
    throw new UsageError('--head needs --stream: each stream has its own');
  return { stage, port, command: { do: 'verify', stream, head: headOf(head), json } };
}

function headOf(text: string | undefined): { seq: number; hash: string } | undefined {
  if (text === undefined) return undefined;
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (seq === undefined || hash === undefined) {
    throw new UsageError(`--head: "${text}" must be a record's number and hash, such as 42:<64 hex digits>`);
  }
  return { seq: Number(seq), hash: hash.toLowerCase() };
}
