import type { RemovalPolicy } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { TABLE_NAMES, type TableName, tableName } from '../lib/stage/names.ts';

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });
const number = (name: string): Attribute => ({ name, type: AttributeType.NUMBER });

interface Keys {
  partitionKey: Attribute;
  sortKey?: Attribute;
  timeToLiveAttribute?: string;
}

const KEYS: Record<TableName, Keys> = {
  Ledger: { partitionKey: text('key'), timeToLiveAttribute: 'expiresAt' },
  InteractionState: { partitionKey: text('interactionId'), timeToLiveAttribute: 'expiresAt' },
  DncQueue: { partitionKey: text('phoneNumber') },
  DncHistory: { partitionKey: text('phoneNumber'), sortKey: text('entry'), timeToLiveAttribute: 'expiresAt' },
  Tokens: { partitionKey: text('credential') },
  Control: { partitionKey: text('id') },
  Audit: { partitionKey: text('stream'), sortKey: number('seq') },
};

/** Sparse: only pending numbers carry `pendingShard`. Keys only, because items are re-read strongly before they are sent. */
export const PENDING_INDEX = 'pending';

/** Every way to change or remove an item that exists, other than a put, whose condition is in the code (design §7). */
const REWRITING_ACTIONS = [
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLDelete',
];

export interface TablesProps {
  stage: string;
  deletionProtection: boolean;
  removalPolicy: RemovalPolicy;
}

/** The relay's tables: on demand, encrypted under the account's DynamoDB key, restorable to any second of 35 days. */
export class Tables extends Construct {
  readonly byName: Record<TableName, Table>;

  constructor(scope: Construct, id: string, { stage, deletionProtection, removalPolicy }: TablesProps) {
    super(scope, id);
    const table = (name: TableName): Table =>
      new Table(this, name, {
        ...KEYS[name],
        tableName: tableName(stage, name),
        billingMode: BillingMode.PAY_PER_REQUEST,
        encryption: TableEncryption.AWS_MANAGED,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection,
        removalPolicy,
      });
    this.byName = Object.fromEntries(TABLE_NAMES.map((name) => [name, table(name)])) as Record<TableName, Table>;
    this.byName.DncQueue.addGlobalSecondaryIndex({
      indexName: PENDING_INDEX,
      partitionKey: text('pendingShard'),
      sortKey: number('nextAttemptAtMs'),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    denyRewriting(this.byName.Audit);
  }
}

/** A deny on the table itself binds every role of the account, those of other stacks and administrators included. */
function denyRewriting(table: Table): void {
  table.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AppendOnly',
      effect: Effect.DENY,
      principals: [new StarPrincipal()],
      actions: REWRITING_ACTIONS,
      resources: ['*'], // this table: naming it here would be a circular reference
    }),
  );
}
