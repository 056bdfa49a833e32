import { createDynamoAuditStore } from '../../lib/audit/dynamo-store.ts';
import { type AuditRecord, parseAuditKeys } from '../../lib/audit/record.ts';
import { AUDIT_STREAMS, auditStreams, newestRecords } from '../../lib/audit/streams.ts';
import { type AuditVerdict, verifyStream } from '../../lib/audit/verify.ts';
import { systemClock as clock } from '../../lib/platform/clock.ts';
import { cachedSecret } from '../../lib/platform/secrets.ts';
import type { Target } from '../shared/target.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { AuditCommand } from './options.ts';

export type AuditTarget = Pick<Target, 'dynamo' | 'secretsManager' | 'tableOf' | 'secretOf'>;

/** Answers the exit code: 1 when a stream is broken. @throws UsageError for a stream that does not exist */
export async function runAuditCommand(
  target: AuditTarget,
  command: AuditCommand,
  print: (line: string) => void,
): Promise<number> {
  const streams = await streamsOf(target, command.stream);
  return command.do === 'verify'
    ? verify(target, streams, command, print)
    : list(target, streams, command.limit, command.json, print);
}

/** A known stream is looked at even if it is empty: that may be just what is wrong with it. */
async function streamsOf({ dynamo, tableOf }: AuditTarget, wanted: string | undefined): Promise<readonly string[]> {
  if (AUDIT_STREAMS.some((stream) => stream === wanted)) return [wanted as string];
  const streams = await auditStreams(dynamo, tableOf('Control'));
  if (wanted === undefined) return streams;
  if (!streams.includes(wanted)) throw new UsageError(`--stream: there is no "${wanted}", but ${streams.join(', ')}`);
  return [wanted];
}

async function verify(
  target: AuditTarget,
  streams: readonly string[],
  { head, json }: Extract<AuditCommand, { do: 'verify' }>,
  print: (line: string) => void,
): Promise<number> {
  const { dynamo, secretsManager: client, tableOf, secretOf } = target;
  const secret = cachedSecret({ client, name: secretOf('audit'), parse: parseAuditKeys, clock, onStale: () => {} });
  const keys = await secret.get();
  const store = createDynamoAuditStore({ dynamo, auditTable: tableOf('Audit'), controlTable: tableOf('Control') });
  let exitCode = 0;
  for (const stream of streams) {
    const verdict = await verifyStream(store, stream, keys, head);
    if (verdict.chain === 'broken') exitCode = 1;
    print(json ? JSON.stringify(verdict) : verdictLine(verdict));
  }
  return exitCode;
}

function verdictLine({ stream, records, head, fault }: AuditVerdict): string {
  const reached = head === null ? '' : `, head ${head.seq}:${head.hash}`;
  if (fault === undefined) return `${stream}: intact, ${records} record${records === 1 ? '' : 's'}${reached}`;
  return `${stream}: BROKEN at record ${fault.seq}: ${fault.problem} (${records} before it intact${reached})`;
}

async function list(
  { dynamo, tableOf }: AuditTarget,
  streams: readonly string[],
  limit: number,
  json: boolean,
  print: (line: string) => void,
): Promise<number> {
  for (const stream of streams) {
    const records = await newestRecords(dynamo, tableOf('Audit'), stream, limit);
    for (const record of records) print(json ? JSON.stringify(record) : recordLine(record));
    if (!json && records.length === 0) print(`${stream}: no records`);
  }
  return 0;
}

function recordLine({ stream, seq, at, operation, subject, status, details }: AuditRecord): string {
  const told = Object.entries(details).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [`${stream} ${seq}`, at, operation, subject, status, told.join(' ')].join('  ');
}
