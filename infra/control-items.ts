import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { HEAD_PREFIX } from '../lib/audit/dynamo-store.ts';
import type { AUDIT_STREAMS } from '../lib/audit/streams.ts';
import { leaseId } from '../lib/platform/lease.ts';
import type { FunctionName } from '../lib/stage/names.ts';
import { COUNTER_IDS } from '../lib/telemetry/dynamo-counter-slots.ts';

/** Actions on those items of a table alone whose key is like one of `ids`: what other functions keep lies in the same table. */
export function allowItems({ role }: { role: Role }, table: Table, actions: string[], ids: string[]): void {
  role.addToPolicy(
    new PolicyStatement({
      actions,
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ids } },
    }),
  );
}

/** What a function needs that counts, where the stage has counters. */
export function allowCounting(counting: { role: Role }, control: Table): void {
  allowItems(counting, control, ['dynamodb:BatchGetItem', 'dynamodb:PutItem'], [`${COUNTER_IDS}*`]);
}

export interface CxoneWriterItems {
  /** Its lease is named after it. */
  name: FunctionName;
  stream: (typeof AUDIT_STREAMS)[number];
  /** What it keeps in the table from one run to the next. */
  remembered: string[];
}

/** What a function needs that changes something in CXone (lib/wiring/cxone-writer.ts). */
export function allowCxoneWriting(writer: { role: Role }, control: Table, items: CxoneWriterItems): void {
  const { name, stream, remembered } = items;
  allowItems(writer, control, ['dynamodb:GetItem', 'dynamodb:PutItem'], [HEAD_PREFIX + stream, ...remembered]);
  allowItems(writer, control, ['dynamodb:PutItem', 'dynamodb:DeleteItem'], [leaseId(name)]);
}
