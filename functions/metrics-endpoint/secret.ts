import * as z from 'zod/mini';
import { ConfigError } from '../../lib/platform/errors.ts';

const token = () => z.string().check(z.minLength(16));
const secretSchema = z.object({ token: token(), previous: z.optional(token()) });

/** Tokens that may scrape; `previous` while the scrapers are being told the new one. */
export type ScrapeTokens = z.output<typeof secretSchema>;

/** Throws ConfigError, which quotes no value of the secret. */
export function parseScrapeTokens(json: unknown): ScrapeTokens {
  const result = secretSchema.safeParse(json);
  if (result.success) return result.data;
  throw new ConfigError(
    'secrets.prometheus',
    'the secret must be {"token": "…", "previous"?: "…"}, 16 characters or more',
  );
}
