import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDynamoFilterRecord } from '../../../lib/dedup/dynamo-filter-record.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';

let dynamo: LocalDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
  await createTables(dynamo.client, 'Ledger');
});
afterAll(() => dynamo.stop());

describe('generations of the Bloom window whose time is over', () => {
  it('are told once, by whichever router has dropped them', async () => {
    const told: number[] = [];
    const router = () =>
      createDynamoFilterRecord({
        dynamo: dynamo.client,
        table: 'Ledger',
        budgetMs: 20_000,
        onRetired: (generations) => told.push(generations),
      });
    const stamp = (generation: number) => [generation, `stamp-${generation}`] as const;
    await router().list(new Map([stamp(1), stamp(2), stamp(3)]), []);
    expect(told).toEqual([]);
    const [one, two] = [router(), router()];
    await Promise.all([one.list(new Map([stamp(9)]), [1, 2]), two.list(new Map([stamp(9)]), [1, 2])]);
    expect(told).toEqual([2]);
    await one.list(new Map([stamp(10)]), [1, 2, 3]);
    expect(told).toEqual([2, 1]);
    expect(await one.list(new Map([[9, 'another']]), [10])).toBe('refused');
    expect(told).toEqual([2, 1]);
    expect([...(await one.read()).listed.keys()].sort()).toEqual([10, 9]);
  });
});
