import * as z from 'zod/mini';
import { required } from '../../lib/platform/environment.ts';

/** Environment of the token refresher, set by the stack. */
export const environmentSchema = z.object({
  TOKENS_TABLE: required(),
  CXONE_SECRET_NAME: required(),
});
export type TokenRefresherEnvironment = z.input<typeof environmentSchema>;
