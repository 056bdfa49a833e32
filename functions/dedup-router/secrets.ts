import * as z from 'zod/mini';
import type { UpstashCredentials } from '../../lib/dedup/upstash-bloom-window.ts';
import { isInClear } from '../../lib/platform/clear-text.ts';
import { ConfigError } from '../../lib/platform/errors.ts';
import type { KafkaCredentials } from '../../lib/routing/kafka-authentication.ts';

const upstashSchema = z.object({ url: z.url(), token: z.string().check(z.minLength(1)) });
const kafkaSchema = z.object({ username: z.string(), password: z.string() });

/**
 * The token is in every request, so nothing but https is taken, or a Redis on this machine. Throws ConfigError, which quotes
 * no value of the secret.
 */
export function parseUpstashCredentials(json: unknown): UpstashCredentials {
  const result = upstashSchema.safeParse(json);
  if (result.success && !isInClear(result.data.url)) return result.data;
  throw new ConfigError('secrets.upstash', 'the secret must be {"url": "https://…", "token": "…"}, with https');
}

/** Throws ConfigError, which quotes no value of the secret. */
export function parseKafkaCredentials(json: unknown): KafkaCredentials {
  const result = kafkaSchema.safeParse(json);
  if (result.success) return result.data;
  throw new ConfigError('secrets.kafka', 'the secret must be {"username": "…", "password": "…"}');
}
