import { afterAll, beforeAll, describe } from '@jest/globals';
import { createDueWishes } from '../../../lib/dnc/due-wishes.ts';
import { createDncQueue } from '../../../lib/dnc/queue.ts';
import { createSettlement } from '../../../lib/dnc/settlement.ts';
import { type DncTablesUnderTest, dncTablesContract } from '../../contract/dnc-tables.contract.ts';
import { fakeClock } from '../../support/clock.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { memoryDncTables } from '../../support/memory-dnc-tables.ts';

describe('DncQueue in DynamoDB', () => {
  let local: LocalDynamo;
  let tables: DncTablesUnderTest;
  beforeAll(async () => {
    local = await startDynamo();
    await createTables(local.client, 'DncQueue');
    const settings = { dynamo: local.client, table: 'DncQueue', clock: fakeClock() };
    const history = { append: async () => undefined, read: async () => [] };
    tables = {
      queue: createDncQueue({ ...settings, history }),
      wishes: createDueWishes(settings),
      settlement: createSettlement(settings),
    };
  });
  afterAll(() => local.stop());

  dncTablesContract(() => tables);
});

describe('DncQueue in memory', () => {
  dncTablesContract(memoryDncTables);
});
