import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseKafkaCredentials, parseUpstashCredentials } from '../../functions/dedup-router/secrets.ts';
import { parseInfluxToken } from '../../functions/influx-exporter/secret.ts';
import { parseScrapeTokens } from '../../functions/metrics-endpoint/secret.ts';
import { bundleOf } from '../../infra/bundle.ts';
import { parseAuditKeys } from '../../lib/audit/record.ts';
import { parseCxoneCredentials } from '../../lib/cxone/credentials.ts';
import { parseWebhookSecret } from '../../lib/events/webhook-secret.ts';
import { parseRegistryCredentials } from '../../lib/routing/schema-registry/credentials.ts';
import { FUNCTION_NAMES } from '../../lib/stage/names.ts';
import { parseStage } from '../../lib/stage/parse.ts';
import { SECRET_SHAPES } from '../../lib/stage/reference/secret-shapes.ts';
import { CONFIGURATION_REFERENCE, configurationReference } from '../../local/configuration-reference.ts';
import { LOCAL_VARIABLES, readLocalSettings } from '../../local/settings.ts';
import { documentedCommands } from './support/documented-commands.ts';

const READERS: Record<keyof typeof SECRET_SHAPES, (json: unknown) => unknown> = {
  webhook: parseWebhookSecret,
  upstash: parseUpstashCredentials,
  kafka: parseKafkaCredentials,
  cxone: parseCxoneCredentials,
  audit: parseAuditKeys,
  schemaRegistry: parseRegistryCredentials,
  prometheus: parseScrapeTokens,
  influx: parseInfluxToken,
};
const secrets = Object.entries(SECRET_SHAPES).map(([name, shape]) => ({
  name,
  shape,
  read: READERS[name as keyof typeof READERS],
}));
const page = readFileSync(CONFIGURATION_REFERENCE, 'utf8');

describe('docs/configuration.md', () => {
  it('is what the code says; `node local/configuration-reference.ts` prints it anew', () => {
    expect(page).toBe(configurationReference());
  });

  it('shows the default of each setting', () => {
    const stage = parseStage('any-stage', {});
    expect(page).toContain(`| \`dedup.windowHours\` | integer, 1 to 336 | \`${stage.dedup.windowHours}\` |`);
    expect(page).toContain(`| \`cxone.paths.webhooks\` | path | \`"${stage.cxone.paths.webhooks}"\` |`);
    expect(page).toContain('| `secrets.audit` | text | `"cxone-relay/<stage>/audit"` |');
    expect(page).toContain(JSON.stringify(stage.routing, null, 2));
  });

  it('leaves nothing of itself in what is deployed', () => {
    const described = FUNCTION_NAMES.flatMap((name) => bundleOf(name).sources).filter((path) =>
      /stage\/(reference|schema)/.test(path),
    );
    expect(described).toEqual([]);
  });
});

describe('a secret as docs/configuration.md shows it', () => {
  it.each(secrets)('$name is taken by its function, all of it', ({ shape: { json }, read }) => {
    expect(read(json)).toEqual(json);
  });

  it.each(secrets)('$name is taken without what is optional, and not without the rest', ({ shape, read }) => {
    const without = (dropped: readonly string[]) =>
      Object.fromEntries(Object.entries(shape.json).filter(([key]) => !dropped.includes(key)));
    expect(read(without(shape.optional))).toEqual(without(shape.optional));
    for (const key of Object.keys(shape.json).filter((name) => !shape.optional.includes(name)))
      expect(() => read(without([key]))).toThrow();
  });
});

describe('the secret of Upstash', () => {
  it.each(['http://redis.example.com', 'http://127.0.0.1.example.com', 'redis://redis.example.com', 'nowhere'])(
    'is refused with %s, where its token would go in clear',
    (url) => {
      expect(() => parseUpstashCredentials({ url, token: 'token' })).toThrow(/must be .* with https/);
    },
  );

  it.each(['http://127.0.0.1:8079', 'http://localhost:8079', 'http://[::1]:8079'])('is taken with %s', (url) => {
    expect(parseUpstashCredentials({ url, token: 'token' })).toEqual({ url, token: 'token' });
  });
});

describe('the secrets as README.md has them created', () => {
  const created = documentedCommands().flatMap(({ text }) => {
    const [, name = '', json = ''] = /create-secret --name \S+\/(\w+) --secret-string '(.*)'$/.exec(text) ?? [];
    return json === '' ? [] : [{ name, json }];
  });

  it('are those that every stage needs', () => {
    expect(created.map(({ name }) => name).sort()).toEqual(['audit', 'cxone', 'kafka', 'upstash', 'webhook']);
  });

  it.each(created)('$name is taken by its function', ({ name, json }) => {
    expect(READERS[name as keyof typeof READERS](JSON.parse(json))).toEqual(JSON.parse(json));
  });
});

describe('the variables of npm start', () => {
  it('are those that are read', () => {
    const read = new Set<string>();
    const environment = new Proxy<Record<string, string>>(
      {},
      {
        get: (_, name) => {
          read.add(String(name));
          return undefined;
        },
      },
    );
    readLocalSettings(environment, '/project');
    expect([...read].sort()).toEqual(Object.keys(LOCAL_VARIABLES).sort());
  });
});
