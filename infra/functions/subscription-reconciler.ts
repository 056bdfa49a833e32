import type { Construct } from 'constructs';
import type { SubscriptionReconcilerEnvironment } from '../../functions/subscription-reconciler/config.ts';
import { allowCounting, allowCxoneWriting } from '../control-items.ts';
import { type FunctionContext, RelayFunction } from '../relay-function.ts';
import type { Secrets } from '../secrets.ts';
import type { Tables } from '../tables.ts';

export interface ReconcilerParts {
  tables: Tables;
  secrets: Secrets;
  /** The stack's own API, without a path. */
  webhookUrl: string;
}

/** Keeps CXone's subscriptions and webhooks as the stage file declares them. */
export function subscriptionReconciler(
  scope: Construct,
  context: FunctionContext,
  { tables, secrets, webhookUrl }: ReconcilerParts,
): RelayFunction<SubscriptionReconcilerEnvironment> {
  const { Tokens, Control, Audit } = tables.byName;
  const reconciler = new RelayFunction<SubscriptionReconcilerEnvironment>(scope, 'SubscriptionReconciler', context, {
    name: 'subscription-reconciler',
    description: "Keeps CXone's subscriptions and webhooks as declared",
    environment: {
      TOKENS_TABLE: Tokens.tableName,
      CONTROL_TABLE: Control.tableName,
      AUDIT_TABLE: Audit.tableName,
      CXONE_SECRET_NAME: secrets.nameOf('cxone'),
      AUDIT_SECRET_NAME: secrets.nameOf('audit'),
      WEBHOOK_SECRET_NAME: secrets.nameOf('webhook'),
      WEBHOOK_URL: webhookUrl,
    },
    memoryMiB: 512, // waits for CXone most of the time
  });
  reconciler.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [Tokens.tableArn]);
  allowCxoneWriting(reconciler, Control, {
    name: 'subscription-reconciler',
    stream: 'subscriptions',
    remembered: ['subscription*', 'webhook#*'],
  });
  reconciler.allow(['dynamodb:PutItem', 'dynamodb:Query'], [Audit.tableArn]);
  if (context.stage.telemetry.counters) allowCounting(reconciler, Control);
  secrets.grantRead(reconciler.role, ['cxone', 'audit', 'webhook']);
  return reconciler;
}
