import * as z from 'zod/mini';
import { required } from '../../lib/platform/environment.ts';

/** Environment of the DNC batcher, set by the stack. */
export const environmentSchema = z.object({
  DNC_QUEUE_TABLE: required(),
  DNC_HISTORY_TABLE: required(),
  TOKENS_TABLE: required(),
  CONTROL_TABLE: required(),
  AUDIT_TABLE: required(),
  CXONE_SECRET_NAME: required(),
  AUDIT_SECRET_NAME: required(),
});
export type DncBatcherEnvironment = z.input<typeof environmentSchema>;
