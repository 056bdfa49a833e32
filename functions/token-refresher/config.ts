import * as z from 'zod/mini';
import { required } from '../../lib/platform/environment.ts';

/** Environment of the token refresher, set by the stack; CONTROL_TABLE where the stage has counters. */
export const environmentSchema = z.object({
  TOKENS_TABLE: required(),
  CXONE_SECRET_NAME: required(),
  CONTROL_TABLE: z.optional(required()),
});
export type TokenRefresherEnvironment = z.input<typeof environmentSchema>;
