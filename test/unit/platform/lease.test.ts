import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { acquireLease } from '../../../lib/platform/lease.ts';
import { fakeClock } from '../../support/clock.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';

let dynamo: LocalDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
  await createTables(dynamo.client, 'Control');
});
afterAll(() => dynamo.stop());

const clock = fakeClock();
const take = (name: string, owner: string) =>
  acquireLease({ dynamo: dynamo.client, table: 'Control', name, owner, durationMs: 60_000, clock });

describe('a lease', () => {
  it('has one holder, of any number who ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, (_, n) => take('rush', `owner-${n}`)));
    expect(asked.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  it('is free again once released', async () => {
    await (await take('released', 'a'))?.release();
    expect(await take('released', 'b')).toBeDefined();
  });

  it('passes on when its time is over, not before', async () => {
    await take('over', 'a');
    clock.advance(60_000);
    expect(await take('over', 'b')).toBeUndefined();
    clock.advance(1);
    expect(await take('over', 'b')).toBeDefined();
  });

  it('goes on when it is renewed in time', async () => {
    const lease = await take('renewed', 'a');
    clock.advance(50_000);
    expect(await lease?.renew()).toBe(true);
    clock.advance(50_000);
    expect(await take('renewed', 'b')).toBeUndefined();
  });

  it('cannot be renewed or released by who has lost it', async () => {
    const lost = await take('lost', 'a');
    clock.advance(60_001);
    const held = await take('lost', 'b');
    expect(await lost?.renew()).toBe(false);
    await lost?.release();
    expect(await take('lost', 'c')).toBeUndefined();
    expect(await held?.renew()).toBe(true);
  });

  it('leaves other names alone', async () => {
    await take('one', 'a');
    expect(await take('other', 'b')).toBeDefined();
  });
});
