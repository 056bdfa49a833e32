import * as z from 'zod/mini';
import { ConfigError } from '../../platform/errors.ts';
import type { RegistryCredentials } from './registry-request.ts';

const schema = z.object({ username: z.string(), password: z.string() });

/** Throws ConfigError, which quotes no value of the secret. */
export function parseRegistryCredentials(json: unknown): RegistryCredentials {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new ConfigError('secrets.schemaRegistry', 'the secret must be {"username": "…", "password": "…"}');
}
