import type { Stage } from '../stage.ts';

/** What a Secrets Manager secret holds, as an example that its function takes. */
export interface SecretShape {
  json: Readonly<Record<string, string | readonly string[]>>;
  /** Keys of it that may be left out. */
  optional: readonly string[];
  meaning: string;
}

/** Printed in docs/configuration.md; a test hands each to the code that reads the secret. */
export const SECRET_SHAPES: Readonly<Record<keyof Stage['secrets'], SecretShape>> = {
  webhook: {
    json: {
      current: '<signing secret>',
      previous: '<the one before>',
      urlToken: '<random>',
      previousUrlToken: '<the one before>',
      bearer: '<random>',
      previousBearer: '<the one before>',
    },
    optional: ['previous', 'urlToken', 'previousUrlToken', 'bearer', 'previousBearer'],
    meaning:
      '`urlToken` is needed while `webhooks.eventRegistrations` is true. Keep what was rotated out for 72 hours.',
  },
  upstash: {
    json: { url: 'https://name.upstash.io', token: '<REST token>' },
    optional: [],
    meaning: 'Read with `dedup.filter` `upstash` only. Nothing but https is taken.',
  },
  kafka: {
    json: { username: '<user>', password: '<password>' },
    optional: [],
    meaning: 'Not read with `kafka.sasl` `none` or `msk-iam`.',
  },
  cxone: {
    json: { clientId: '<client id>', clientSecret: '<client secret>' },
    optional: [],
    meaning: "In style `access-key`: the access key's id and secret.",
  },
  audit: {
    json: { key: '<random, 16 characters or more>', previous: ['<a key before, 16 characters or more>'] },
    optional: ['previous'],
    meaning: 'Signs the audit chain. Earlier keys stay in `previous` for ever: old records are verified with them.',
  },
  prometheus: {
    json: { token: '<random, 16 characters or more>', previous: '<the one before>' },
    optional: ['previous'],
    meaning: 'Read with `telemetry.prometheus` only. Keep `previous` until the scrapers know the new one.',
  },
  influx: {
    json: { token: '<API token>' },
    optional: [],
    meaning: 'Read with `telemetry.influx` only; may write to the bucket.',
  },
  schemaRegistry: {
    json: { username: '<user>', password: '<password>' },
    optional: [],
    meaning: 'Only for a registry that asks for them.',
  },
};
