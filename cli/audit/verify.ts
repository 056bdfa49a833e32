import { createDynamoAuditStore } from '../../lib/audit/dynamo-store.ts';
import { parseAuditKeys } from '../../lib/audit/record.ts';
import type { AuditStore } from '../../lib/audit/store.ts';
import { type AuditVerdict, verifyStream } from '../../lib/audit/verify.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { readSecret } from '../shared/read-secret.ts';
import { printJson } from '../shared/table.ts';
import type { Target } from '../shared/target.ts';
import { wantedStreams } from './streams.ts';

export interface VerifyOptions {
  stream?: string | undefined;
  head?: { seq: number; hash: string } | undefined;
  json?: true | undefined;
}

export async function verifyAudit(
  target: Pick<Target, 'dynamo' | 'tableOf' | 'secretsManager' | 'secretOf'>,
  { stream: wanted, head, json }: VerifyOptions,
  output: Output,
): Promise<ExitCode> {
  const { dynamo, tableOf } = target;
  const streams = await wantedStreams(target, wanted);
  const keys = await readSecret(target, 'audit', parseAuditKeys);
  const tables = createDynamoAuditStore({ dynamo, auditTable: tableOf('Audit'), controlTable: tableOf('Control') });
  const store = counting(tables, (stream, records) => output.progress(`${stream}: ${records} records`));
  let exitCode: ExitCode = EXIT.done;
  for (const stream of streams) {
    const verdict = await verifyStream(store, stream, keys, head);
    if (verdict.chain === 'broken') exitCode = EXIT.findings;
    await (json === true ? printJson(output, verdict) : output.print(verdictLine(verdict)));
  }
  return exitCode;
}

function counting(store: AuditStore, onRecord: (stream: string, count: number) => void): AuditStore {
  return {
    ...store,
    async *records(stream) {
      let count = 0;
      for await (const record of store.records(stream)) {
        onRecord(stream, ++count);
        yield record;
      }
    },
  };
}

function verdictLine({ stream, records, head, fault }: AuditVerdict): string {
  const reached = head === null ? '' : `, head ${head.seq}:${head.hash}`;
  if (fault === undefined) return `${stream}: intact, ${records} record${records === 1 ? '' : 's'}${reached}`;
  return `${stream}: BROKEN at record ${fault.seq}: ${fault.problem} (${records} before it intact${reached})`;
}
