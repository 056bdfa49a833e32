import * as z from 'zod/mini';
import { required } from '../../lib/platform/environment.ts';

/** Environment of the webhook receiver, set by the stack. */
export const environmentSchema = z.object({
  EVENTS_QUEUE_URL: required(),
  WEBHOOK_SECRET_NAME: required(),
});
export type WebhookReceiverEnvironment = z.input<typeof environmentSchema>;
