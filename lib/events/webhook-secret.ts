import * as z from 'zod/mini';
import { ConfigError } from '../platform/errors.ts';

/** What authenticates deliveries (contract §1). An empty text counts as absent: it must never let anybody in. */
export interface WebhookSecret {
  /** Signing secret; during rotation `previous` is valid too. */
  current: string;
  previous?: string;
  bearer?: string;
  urlToken?: string;
}

const optionalText = () => z.optional(z.nullable(z.string()));
const schema = z.object({
  current: z.string().check(z.minLength(1)),
  previous: optionalText(),
  bearer: optionalText(),
  urlToken: optionalText(),
});

/** @throws ConfigError that names the wrong fields and quotes no value */
export function parseWebhookSecret(json: unknown): WebhookSecret {
  const result = schema.safeParse(json);
  if (!result.success) {
    const fields = result.error.issues.map((issue) => issue.path.join('.') || 'the secret').join(', ');
    throw new ConfigError(
      'webhook secret',
      `${fields}: must be {"current", "previous"?, "bearer"?, "urlToken"?}, texts`,
    );
  }
  const { current, previous, bearer, urlToken } = result.data;
  return { current, ...(previous && { previous }), ...(bearer && { bearer }), ...(urlToken && { urlToken }) };
}
