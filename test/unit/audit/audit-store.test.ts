import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { createDynamoAuditStore } from '../../../lib/audit/dynamo-store.ts';
import { auditStoreContract } from '../../contract/audit-store.contract.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { memoryAuditStore } from '../../support/memory-audit-store.ts';

describe('the audit store in memory', () => {
  auditStoreContract(async () => memoryAuditStore());
});

describe('the audit store in DynamoDB', () => {
  let dynamo: LocalDynamo;
  let made = false;
  beforeAll(async () => {
    dynamo = await startDynamo();
  });
  afterAll(() => dynamo.stop());

  auditStoreContract(async () => {
    if (made)
      for (const TableName of ['Audit', 'Control']) await dynamo.client.send(new DeleteTableCommand({ TableName }));
    await createTables(dynamo.client, 'Audit', 'Control');
    made = true;
    return createDynamoAuditStore({ dynamo: dynamo.client, auditTable: 'Audit', controlTable: 'Control' });
  });
});
