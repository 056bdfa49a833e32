import * as z from 'zod/mini';
import { type AuditKeys, type AuditRecord, hashOf, keyIdOf, sameHash } from './record.ts';
import type { AuditStore } from './store.ts';

export interface AuditVerdict {
  stream: string;
  records: number;
  chain: 'intact' | 'broken';
  /** The newest record that was reached. */
  head: { seq: number; hash: string } | null;
  /** The first fault: number of the record, and what is wrong with it. */
  fault?: { seq: number; problem: string };
}

/**
 * Walks a stream from its first record to its head (guarantee 9). Finds records that were altered, dropped, exchanged, signed
 * with a retired key after the present one was in use, and a tail that was cut off. `loggedHead`: a head taken from the log,
 * for the case that both tables were rewritten by someone who has a key.
 */
export async function verifyStream(
  store: AuditStore,
  stream: string,
  keys: AuditKeys,
  loggedHead?: { seq: number; hash: string },
): Promise<AuditVerdict> {
  const head = await store.head(stream); // before the records: one that is appended meanwhile must not look like a fault
  const present = keyIdOf(keys.key);
  const keyById = new Map([keys.key, ...(keys.previous ?? [])].map((key) => [keyIdOf(key), key]));
  const landmarks = [head, loggedHead].filter((mark) => mark !== undefined);
  let last: AuditRecord | undefined;
  let records = 0;

  const verdict = (fault?: { seq: number; problem: string }): AuditVerdict => ({
    stream,
    records,
    chain: fault ? 'broken' : 'intact',
    head: last ? { seq: last.seq, hash: last.hash } : null,
    ...(fault && { fault }),
  });

  for await (const record of store.records(stream)) {
    const expected = (last?.seq ?? 0) + 1;
    if (record.seq !== expected)
      return verdict({ seq: expected, problem: `missing: the next record is ${record.seq}` });
    const problem = problemOf(record, last, keyById.get(record.keyId));
    if (problem !== undefined) return verdict({ seq: record.seq, problem });
    if (last?.keyId === present && record.keyId !== present)
      return verdict({ seq: record.seq, problem: `signed with a retired key (${record.keyId}) after the present one` });
    for (const mark of landmarks) {
      if (mark.seq === record.seq && !sameHash(mark.hash, record.hash)) {
        return verdict({ seq: record.seq, problem: 'differs from the head that was remembered for it' });
      }
    }
    last = record;
    records++;
  }
  const newest = Math.max(0, ...landmarks.map((mark) => mark.seq));
  const reached = last?.seq ?? 0;
  if (newest > reached) {
    return verdict({ seq: reached + 1, problem: `missing: the tail was cut off, the head is record ${newest}` });
  }
  // a writer that dies between its first record and the head leaves none; every later state has one
  if (head === undefined && reached > 1) {
    return verdict({ seq: reached + 1, problem: 'missing, perhaps: the head that would show a cut tail is gone' });
  }
  return verdict();
}

/** All fields, since the hash covers these and no others. */
const recordSchema = z.strictObject({
  stream: z.string(),
  seq: z.int(),
  at: z.string(),
  operation: z.string(),
  subject: z.string(),
  status: z.string(),
  details: z.record(z.string(), z.unknown()),
  keyId: z.string(),
  prevHash: z.string(),
  hash: z.string(),
});

function problemOf(record: AuditRecord, last: AuditRecord | undefined, key: string | undefined): string | undefined {
  if (!recordSchema.safeParse(record).success) return 'altered: it has not the fields of a record';
  if (key === undefined) return `altered, or signed with an unknown key (${record.keyId})`;
  if (!sameHash(hashOf(record, key), record.hash)) return 'altered: its hash does not match its content';
  if (record.prevHash !== (last?.hash ?? '')) return 'does not follow the record before it';
  return undefined;
}
