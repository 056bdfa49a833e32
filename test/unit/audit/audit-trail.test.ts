import { describe, expect, it } from '@jest/globals';
import type { AuditKeys, AuditRecord } from '../../../lib/audit/record.ts';
import type { AuditStore } from '../../../lib/audit/store.ts';
import { createAuditTrail } from '../../../lib/audit/trail.ts';
import { verifyStream } from '../../../lib/audit/verify.ts';
import type { AuditEntry } from '../../../lib/platform/audit-port.ts';
import { fakeClock } from '../../support/clock.ts';
import { recordingLog } from '../../support/log.ts';
import { memoryAuditStore } from '../../support/memory-audit-store.ts';

const KEYS = { key: 'a-signing-key-for-tests' };
const entry = (n: number): AuditEntry => ({
  operation: 'PUT subscription',
  subject: `s-${n}`,
  status: 'success',
  details: { n, idempotencyKey: `k${n}` },
});
const trailOn = (store: AuditStore, keys: AuditKeys = KEYS, log = recordingLog()) =>
  createAuditTrail({ store, stream: 'test', keys: async () => keys, clock: fakeClock(), log });

async function chainOf(count: number) {
  const store = memoryAuditStore();
  const trail = trailOn(store);
  for (let n = 1; n <= count; n++) await trail.append(entry(n));
  return store;
}
const verify = (store: AuditStore, loggedHead?: { seq: number; hash: string }) =>
  verifyStream(store, 'test', KEYS, loggedHead);
const at = (store: ReturnType<typeof memoryAuditStore>, seq: number) => store.tables.records[seq - 1] as AuditRecord;

describe('an untouched audit trail', () => {
  it('verifies, up to its head', async () => {
    expect(await verify(await chainOf(5))).toMatchObject({ chain: 'intact', records: 5, head: { seq: 5 } });
  });
  it('verifies when it is empty', async () => {
    expect(await verify(memoryAuditStore())).toEqual({ stream: 'test', records: 0, chain: 'intact', head: null });
  });
  it('goes on in another process', async () => {
    const store = await chainOf(3);
    await trailOn(store).append(entry(4));
    expect(await verify(store)).toMatchObject({ chain: 'intact', records: 4 });
  });
  it('stays one chain when two processes write at once', async () => {
    const store = memoryAuditStore();
    const [one, two] = [trailOn(store), trailOn(store)];
    await Promise.all([1, 2, 3, 4, 5].flatMap((n) => [one.append(entry(n)), two.append(entry(-n))]));
    expect(await verify(store)).toMatchObject({ chain: 'intact', records: 10 });
  });
  it('verifies across a rotation of its key', async () => {
    const store = await chainOf(2);
    const rotated = { key: 'the-next-signing-key', previous: [KEYS.key] };
    await trailOn(store, rotated).append(entry(3));
    expect(await verifyStream(store, 'test', rotated)).toMatchObject({ chain: 'intact', records: 3 });
  });
  it('verifies when the table keeps its text as UTF-8, whatever text it was given', async () => {
    const store = memoryAuditStore();
    await trailOn(store).append({ ...entry(1), subject: 's-\ud83d', details: { message: '\ude00 of \ud83d' } });
    const asUtf8 = (_name: string, value: unknown) =>
      typeof value === 'string' ? Buffer.from(value, 'utf8').toString('utf8') : value;
    store.tables.records = JSON.parse(JSON.stringify(store.tables.records), asUtf8) as AuditRecord[];
    expect(await verify(store)).toMatchObject({ chain: 'intact', records: 1 });
  });
  it('goes on with the rotated key in a process that had not heard of it yet', async () => {
    const store = await chainOf(1);
    const rotated = { key: 'the-next-signing-key', previous: [KEYS.key] };
    let known: AuditKeys = KEYS;
    const late = createAuditTrail({
      store,
      stream: 'test',
      keys: async () => known,
      refetchKeys: async () => {
        known = rotated;
      },
      clock: fakeClock(),
      log: recordingLog(),
    });
    await late.append(entry(2));
    await trailOn(store, rotated).append(entry(3));
    await late.append(entry(4));
    expect(await verifyStream(store, 'test', rotated)).toMatchObject({ chain: 'intact', records: 4 });
  });
  it('accepts a head that is one behind: the writer died between record and head', async () => {
    const store = await chainOf(3);
    store.tables.heads.set('test', { stream: 'test', seq: 2, hash: at(store, 2).hash });
    expect(await verify(store)).toMatchObject({ chain: 'intact' });
  });
  it('logs every head, without details', async () => {
    const log = recordingLog();
    const store = memoryAuditStore();
    await trailOn(store, KEYS, log).append(entry(1));
    expect(log.lines).toEqual([
      {
        level: 'info',
        message: 'audit',
        stream: 'test',
        seq: 1,
        hash: at(store, 1).hash,
        operation: 'PUT subscription',
        subject: 's-1',
        status: 'success',
      },
    ]);
  });
});

describe('tampering shows', () => {
  it.each<[keyof AuditRecord, unknown]>([
    ['operation', 'DELETE subscription'],
    ['subject', 's-9'],
    ['status', 'failure'],
    ['details', { n: 3, idempotencyKey: 'other' }],
    ['at', '2026-02-01T00:00:00.000Z'],
    ['hash', '00'],
    ['prevHash', '00'],
    ['keyId', 'ffffffff'],
  ])('an altered %s', async (field, value) => {
    const store = await chainOf(5);
    Object.assign(at(store, 3), { [field]: value });
    expect(await verify(store)).toMatchObject({ chain: 'broken', fault: { seq: 3 } });
  });
  it.each<[string, object]>([
    ['no hash', { hash: undefined }],
    ['a hash that is no text', { hash: 7 }],
    ['no details', { details: undefined }],
    ['details that are text', { details: 'n' }],
    ['a field that the hash does not cover', { note: 'approved' }],
  ])('a record with %s is named, not stumbled over', async (_what, change) => {
    const store = await chainOf(5);
    store.tables.records[2] = JSON.parse(JSON.stringify({ ...at(store, 3), ...change })) as AuditRecord;
    expect(await verify(store)).toMatchObject({ chain: 'broken', fault: { seq: 3 } });
  });
  it('a record rewritten by someone with the key breaks the link of the next', async () => {
    const store = await chainOf(5);
    const forged = memoryAuditStore();
    for (const n of [1, 2]) forged.tables.records.push(at(store, n));
    await trailOn(forged).append({ ...entry(3), subject: 'forged' });
    store.tables.records[2] = at(forged, 3);
    expect(await verify(store)).toMatchObject({
      chain: 'broken',
      fault: { seq: 4, problem: 'does not follow the record before it' },
    });
  });
  it('a record signed with a retired key, once the present one has signed', async () => {
    const store = await chainOf(2);
    const rotated = { key: 'the-next-signing-key', previous: [KEYS.key] };
    for (const n of [3, 4]) await trailOn(store, rotated).append(entry(n));
    const head = { seq: 3, hash: at(store, 3).hash }; // noted elsewhere, after the rotation
    store.tables.records.splice(3);
    store.tables.heads.clear();
    await trailOn(store, KEYS).append({ ...entry(4), subject: 'forged' });
    expect(await verifyStream(store, 'test', rotated, head)).toMatchObject({
      chain: 'broken',
      fault: { seq: 4, problem: expect.stringContaining('retired key') },
    });
    store.tables.records.splice(2);
    store.tables.heads.clear();
    for (const n of [3, 4]) await trailOn(store, KEYS).append({ ...entry(n), subject: 'forged' });
    expect(await verifyStream(store, 'test', rotated)).toMatchObject({ chain: 'intact' }); // nothing here could tell
    expect(await verifyStream(store, 'test', rotated, head)).toMatchObject({ chain: 'broken', fault: { seq: 3 } });
  });
  it('a dropped record', async () => {
    const store = await chainOf(5);
    store.tables.records.splice(2, 1);
    expect(await verify(store)).toMatchObject({ fault: { seq: 3, problem: 'missing: the next record is 4' } });
  });
  it('two exchanged records', async () => {
    const store = await chainOf(5);
    [at(store, 2).seq, at(store, 3).seq] = [3, 2];
    expect(await verify(store)).toMatchObject({ fault: { seq: 2 } });
  });
  it.each([1, 2, 5])('the last %i records cut off', async (cut) => {
    const store = await chainOf(5);
    store.tables.records.splice(5 - cut);
    expect(await verify(store)).toMatchObject({
      chain: 'broken',
      fault: { seq: 6 - cut, problem: 'missing: the tail was cut off, the head is record 5' },
    });
  });
  it('a cut tail still shows after the writer has gone on', async () => {
    const store = await chainOf(5);
    store.tables.records.splice(3);
    await trailOn(store).append(entry(6));
    expect(await verify(store)).toMatchObject({
      chain: 'broken',
      fault: { seq: 4, problem: 'missing: the next record is 6' },
    });
  });
  it('a cut tail with its head moved back shows against a logged head', async () => {
    const store = await chainOf(5);
    const logged = { seq: 5, hash: at(store, 5).hash };
    store.tables.records.splice(3);
    store.tables.heads.set('test', { stream: 'test', seq: 3, hash: at(store, 3).hash });
    expect(await verify(store)).toMatchObject({ chain: 'intact' });
    expect(await verify(store, logged)).toMatchObject({ chain: 'broken', fault: { seq: 4 } });
  });
});

describe('a store that fails', () => {
  it('fails the entry, and the next one finds the end of the chain again', async () => {
    const store = memoryAuditStore();
    let failures = 1;
    const flaky: AuditStore = {
      ...store,
      async add(record) {
        const added = await store.add(record); // written, but the answer is lost
        if (failures-- > 0) throw new Error('socket hang up');
        return added;
      },
    };
    const trail = trailOn(flaky);
    await expect(trail.append(entry(1))).rejects.toMatchObject({ code: 'audit-unavailable', retryable: true });
    await trail.append(entry(2));
    expect(await verify(store)).toMatchObject({ chain: 'intact', records: 2 });
  });
});
