import * as z from 'zod/mini';
import { required } from '../../lib/platform/environment.ts';

/** Environment of the subscription reconciler, set by the stack. WEBHOOK_URL is the stack's own API, without a path. */
export const environmentSchema = z.object({
  TOKENS_TABLE: required(),
  CONTROL_TABLE: required(),
  AUDIT_TABLE: required(),
  CXONE_SECRET_NAME: required(),
  AUDIT_SECRET_NAME: required(),
  WEBHOOK_SECRET_NAME: required(),
  WEBHOOK_URL: required(),
});
export type SubscriptionReconcilerEnvironment = z.input<typeof environmentSchema>;
