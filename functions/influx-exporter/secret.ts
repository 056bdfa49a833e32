import * as z from 'zod/mini';
import { ConfigError } from '../../lib/platform/errors.ts';

const secretSchema = z.object({ token: z.string().check(z.minLength(1)) });

/** Throws ConfigError, which quotes no value of the secret. */
export function parseInfluxToken(json: unknown): { token: string } {
  const result = secretSchema.safeParse(json);
  if (result.success) return result.data;
  throw new ConfigError('secrets.influx', 'the secret must be {"token": "…"}, a token that may write to the bucket');
}
