import * as z from 'zod/mini';
import { ConfigError } from '../platform/errors.ts';

/** What authenticates deliveries (contract §1). An empty text counts as absent: it must never let anybody in. */
export interface WebhookSecret {
  /** Signing secret; during rotation `previous` is valid too. */
  current: string;
  previous?: string;
  bearer?: string;
  previousBearer?: string;
  urlToken?: string;
  /** The registration that carries the old token lives on until CXone has the new one; its deliveries must not be lost. */
  previousUrlToken?: string;
}

const optionalText = () => z.optional(z.nullable(z.string()));
const schema = z.object({
  current: z.string().check(z.minLength(1)),
  previous: optionalText(),
  bearer: optionalText(),
  previousBearer: optionalText(),
  urlToken: optionalText(),
  previousUrlToken: optionalText(),
});

/** @throws ConfigError that names the wrong fields and quotes no value */
export function parseWebhookSecret(json: unknown): WebhookSecret {
  const result = schema.safeParse(json);
  if (!result.success) {
    const fields = result.error.issues.map((issue) => issue.path.join('.') || 'the secret').join(', ');
    throw new ConfigError(
      'webhook secret',
      `${fields}: must be {"current", "previous"?, "bearer"?, "previousBearer"?, "urlToken"?, "previousUrlToken"?}, texts`,
    );
  }
  const { current, ...others } = result.data;
  const present = Object.entries(others).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return { current, ...Object.fromEntries(present) };
}
