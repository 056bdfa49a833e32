import * as z from 'zod/mini';
import { ConfigError } from '../platform/errors.ts';

/** `CXONE_CLIENT_ID` and `CXONE_CLIENT_SECRET`; in style `access-key` the access key's id and secret. */
export interface CxoneCredentials {
  clientId: string;
  clientSecret: string;
}

const credentialsSchema = z.object({
  clientId: z.string().check(z.minLength(1)),
  clientSecret: z.string().check(z.minLength(1)),
});

/** The JSON secret `{clientId, clientSecret}`; for `cachedSecret`. @throws ConfigError that names fields, never values */
export function parseCxoneCredentials(json: unknown): CxoneCredentials {
  const result = credentialsSchema.safeParse(json);
  if (result.success) return result.data;
  throw new ConfigError('cxone secret', 'must be JSON {"clientId": "…", "clientSecret": "…"}, both not empty');
}
