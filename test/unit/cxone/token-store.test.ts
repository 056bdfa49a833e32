import { afterAll, beforeAll, describe } from '@jest/globals';
import { createDynamoTokenStore } from '../../../lib/cxone/dynamo-token-store.ts';
import { tokenStoreContract } from '../../contract/token-store.contract.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { memoryTokenStore } from '../../support/memory-token-store.ts';

describe('the token store in memory', () => {
  const store = memoryTokenStore();
  tokenStoreContract(() => store);
});

describe('the token store in DynamoDB', () => {
  let dynamo: LocalDynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
    await createTables(dynamo.client, 'Tokens');
  });
  afterAll(() => dynamo.stop());
  tokenStoreContract(() => createDynamoTokenStore({ dynamo: dynamo.client, table: 'Tokens' }));
});
