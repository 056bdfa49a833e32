import type { AuditHead, AuditRecord } from './record.ts';

/** Where the chain lies. Records are only ever added; heads only ever move on. */
export interface AuditStore {
  last(stream: string): Promise<AuditRecord | undefined>;
  head(stream: string): Promise<AuditHead | undefined>;
  /** False when the stream has a record of that number already. */
  add(record: AuditRecord): Promise<boolean>;
  /** Leaves a head that is further on as it is. */
  moveHead(head: AuditHead): Promise<void>;
  /** Oldest first. */
  records(stream: string): AsyncIterable<AuditRecord>;
}
