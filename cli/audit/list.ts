import type { AuditRecord } from '../../lib/audit/record.ts';
import { newestRecords } from '../../lib/audit/streams.ts';
import type { Output } from '../shared/output.ts';
import { type Listing, printRows } from '../shared/table.ts';
import type { Target } from '../shared/target.ts';
import { wantedStreams } from './streams.ts';

const RECORDS: Listing<AuditRecord> = {
  facts: (record) => record,
  columns: [
    { title: 'STREAM', of: ({ stream }) => stream },
    { title: 'SEQ', of: ({ seq }) => seq },
    { title: 'AT', of: ({ at }) => at },
    { title: 'OPERATION', of: ({ operation }) => operation },
    { title: 'SUBJECT', of: ({ subject }) => subject },
    { title: 'STATUS', of: ({ status }) => status },
    {
      title: 'DETAILS',
      of: ({ details }) =>
        Object.entries(details)
          .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
          .join(' '),
    },
  ],
};

export async function listAudit(
  target: Pick<Target, 'dynamo' | 'tableOf'>,
  { stream: wanted, limit, json }: { stream?: string | undefined; limit: number; json?: true | undefined },
  output: Output,
): Promise<void> {
  const streams = await wantedStreams(target, wanted);
  async function* records() {
    for (const stream of streams) {
      const newest = await newestRecords(target.dynamo, target.tableOf('Audit'), stream, limit);
      if (newest.length === 0) output.note(`${stream}: no records`);
      yield* newest;
    }
  }
  await printRows(output, json, RECORDS, records());
}
