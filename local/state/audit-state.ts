import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoAuditStore } from '../../lib/audit/dynamo-store.ts';
import { parseAuditKeys } from '../../lib/audit/record.ts';
import { verifyStream } from '../../lib/audit/verify.ts';
import { LOCAL_AUDIT_KEY } from '../services.ts';
import { scan } from './scan.ts';

export interface AuditState {
  records: number;
  chain: 'intact' | 'broken';
}

/** Walks every stream there is; those of which only the remembered head is left, too. */
export async function readAuditState(
  dynamo: DynamoDBClient,
  auditTable: string,
  controlTable: string,
): Promise<AuditState> {
  const streams = new Set<string>();
  const recorded = {
    TableName: auditTable,
    ProjectionExpression: '#stream',
    ExpressionAttributeNames: { '#stream': 'stream' },
  };
  for await (const item of scan(dynamo, recorded)) streams.add(item.stream?.S ?? '');
  for await (const item of scan(dynamo, { TableName: controlTable, ProjectionExpression: 'id' })) {
    const [, stream] = /^audit-head#(.+)$/s.exec(item.id?.S ?? '') ?? [];
    if (stream !== undefined) streams.add(stream);
  }
  const store = createDynamoAuditStore({ dynamo, auditTable, controlTable });
  const keys = parseAuditKeys({ key: LOCAL_AUDIT_KEY });
  let records = 0;
  let chain: AuditState['chain'] = 'intact';
  for (const stream of streams) {
    const verdict = await verifyStream(store, stream, keys);
    records += verdict.records;
    if (verdict.chain === 'broken') chain = 'broken';
  }
  return { records, chain };
}
