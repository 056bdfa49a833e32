import type { AuditHead, AuditRecord } from '../../lib/audit/record.ts';
import type { AuditStore } from '../../lib/audit/store.ts';

/** The audit store in memory; `tables` is open so that tests can play the intruder. */
export function memoryAuditStore(): AuditStore & { tables: { records: AuditRecord[]; heads: Map<string, AuditHead> } } {
  const tables = { records: [] as AuditRecord[], heads: new Map<string, AuditHead>() };
  const ofStream = (stream: string) => tables.records.filter((r) => r.stream === stream).sort((a, b) => a.seq - b.seq);
  return {
    tables,
    last: async (stream) => ofStream(stream).at(-1),
    head: async (stream) => tables.heads.get(stream),
    async add(record) {
      if (tables.records.some((r) => r.stream === record.stream && r.seq === record.seq)) return false;
      tables.records.push(structuredClone(record));
      return true;
    },
    async moveHead(head) {
      if ((tables.heads.get(head.stream)?.seq ?? 0) < head.seq) tables.heads.set(head.stream, head);
    },
    async *records(stream) {
      yield* ofStream(stream);
    },
  };
}
