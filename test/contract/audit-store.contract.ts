import { expect, it } from '@jest/globals';
import type { AuditRecord } from '../../lib/audit/record.ts';
import type { AuditStore } from '../../lib/audit/store.ts';

export const auditRecord = (stream: string, seq: number, extra: Partial<AuditRecord> = {}): AuditRecord => ({
  stream,
  seq,
  at: '2026-01-31T12:00:00.000Z',
  operation: 'POST subscription',
  subject: 'unknown',
  status: 'intent',
  details: { idempotencyKey: 'k', statusCode: 201, applied: true, message: null },
  keyId: '01234567',
  prevHash: '',
  hash: `hash-${seq}`,
  ...extra,
});

/** What every AuditStore does. `makeStore` gives an empty one. */
export function auditStoreContract(makeStore: () => Promise<AuditStore>): void {
  it('knows nothing of an empty stream', async () => {
    const store = await makeStore();
    expect(await store.last('a')).toBeUndefined();
    expect(await store.head('a')).toBeUndefined();
  });

  it('keeps records whole and in order, streams apart', async () => {
    const store = await makeStore();
    for (let seq = 1; seq <= 12; seq++) expect(await store.add(auditRecord('a', seq))).toBe(true);
    await store.add(auditRecord('b', 1));
    const seen: AuditRecord[] = [];
    for await (const record of store.records('a')) seen.push(record);
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => auditRecord('a', i + 1)));
    expect((await store.last('a'))?.seq).toBe(12);
  });

  it('refuses a number that is taken and leaves the record as it was', async () => {
    const store = await makeStore();
    await store.add(auditRecord('a', 1));
    expect(await store.add(auditRecord('a', 1, { operation: 'forged' }))).toBe(false);
    expect((await store.last('a'))?.operation).toBe('POST subscription');
  });

  it('moves a head on, never back', async () => {
    const store = await makeStore();
    await store.moveHead({ stream: 'a', seq: 2, hash: 'two' });
    await store.moveHead({ stream: 'a', seq: 1, hash: 'one' });
    expect(await store.head('a')).toEqual({ stream: 'a', seq: 2, hash: 'two' });
  });
}
