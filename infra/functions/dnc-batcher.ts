import type { Construct } from 'constructs';
import type { DncBatcherEnvironment } from '../../functions/dnc-batcher/config.ts';
import { PAUSE_ID } from '../../lib/dnc/pause.ts';
import { allowCounting, allowCxoneWriting } from '../control-items.ts';
import { type FunctionContext, RelayFunction } from '../relay-function.ts';
import type { Secrets } from '../secrets.ts';
import { PENDING_INDEX, type Tables } from '../tables.ts';

export interface BatcherParts {
  tables: Tables;
  secrets: Secrets;
}

/** Drains the DNC queue to CXone. Reads the due numbers from the index; never scans. */
export function dncBatcher(
  scope: Construct,
  context: FunctionContext,
  { tables, secrets }: BatcherParts,
): RelayFunction<DncBatcherEnvironment> {
  const { DncQueue, DncHistory, Tokens, Control, Audit } = tables.byName;
  const batcher = new RelayFunction<DncBatcherEnvironment>(scope, 'DncBatcher', context, {
    name: 'dnc-batcher',
    description: 'Tells CXone the newest Do-Not-Call preferences',
    environment: {
      DNC_QUEUE_TABLE: DncQueue.tableName,
      DNC_HISTORY_TABLE: DncHistory.tableName,
      TOKENS_TABLE: Tokens.tableName,
      CONTROL_TABLE: Control.tableName,
      AUDIT_TABLE: Audit.tableName,
      CXONE_SECRET_NAME: secrets.nameOf('cxone'),
      AUDIT_SECRET_NAME: secrets.nameOf('audit'),
    },
    memoryMiB: 512, // waits for CXone most of the time
  });
  batcher.allow(['dynamodb:Query'], [`${DncQueue.tableArn}/index/${PENDING_INDEX}`]);
  batcher.allow(['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], [DncQueue.tableArn]);
  batcher.allow(['dynamodb:PutItem', 'dynamodb:BatchWriteItem'], [DncHistory.tableArn]);
  batcher.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [Tokens.tableArn]);
  allowCxoneWriting(batcher, Control, { name: 'dnc-batcher', stream: 'dnc', remembered: [PAUSE_ID] });
  batcher.allow(['dynamodb:PutItem', 'dynamodb:Query'], [Audit.tableArn]);
  if (context.stage.telemetry.counters) allowCounting(batcher, Control);
  secrets.grantRead(batcher.role, ['cxone', 'audit']);
  return batcher;
}
