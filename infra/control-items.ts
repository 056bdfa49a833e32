import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { COUNTER_IDS } from '../lib/telemetry/dynamo-counter-slots.ts';

/** Actions on those items of a table alone whose key is like `ids`: leases and audit heads lie in the same table. */
export function allowItems({ role }: { role: Role }, table: Table, actions: string[], ids: string): void {
  role.addToPolicy(
    new PolicyStatement({
      actions,
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [ids] } },
    }),
  );
}

/** What a function needs that counts, where the stage has counters; `mayPut` where it has leave to put any item already. */
export function allowCounting(counting: { role: Role }, control: Table, { mayPut = false } = {}): void {
  const actions = ['dynamodb:BatchGetItem', ...(mayPut ? [] : ['dynamodb:PutItem'])];
  allowItems(counting, control, actions, `${COUNTER_IDS}*`);
}
