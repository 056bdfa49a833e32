import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { bundleOf, esbuildBundler } from '../../infra/bundle.ts';
import { assertBundleSizes, bundleTable, MAX_BUNDLE_BYTES } from '../../infra/bundle-report.ts';
import { ALL_FUNCTION_NAMES, type FunctionName } from '../../lib/stage/names.ts';
import { permissionsOf } from './permissions.ts';
import { synthesise, withTemporaryDirectory } from './synthesise.ts';
import { TELEMETRY_ON } from './telemetry-on.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const bundles = () => new Map(ALL_FUNCTION_NAMES.map((name) => [name, bundleOf(name)]));

describe('a bundle', () => {
  it.each(ALL_FUNCTION_NAMES)('of %s is one file with a handler, within its bound', (name) => {
    withTemporaryDirectory((directory) => {
      esbuildBundler(name, directory);
      const text = readFileSync(join(directory, 'index.mjs'), 'utf8');
      expect(text).toMatch(/export\{[^}]*\bas handler\b/);
      expect(text).not.toContain(ROOT);
      expect(text.length).toBeLessThanOrEqual(MAX_BUNDLE_BYTES[name]);
    });
  });

  it("leaves out the stage file's schema, which was checked at synth", () => {
    for (const name of ALL_FUNCTION_NAMES) expect(bundleOf(name).sources).not.toContain('lib/stage/schema.ts');
  });

  it('takes credentials from the environment alone, where Lambda puts them', () => {
    const sourcesOf = (name: FunctionName) =>
      bundleOf(name).packages.flatMap(({ name: each }) => /credential-provider-(.*)$/.exec(each)?.[1] ?? []);
    for (const name of ALL_FUNCTION_NAMES) expect(sourcesOf(name)).toEqual(['env']);
  });

  it('has a JSON Schema validator only where bodies are validated', () => {
    const having = ALL_FUNCTION_NAMES.filter((name) =>
      bundleOf(name).packages.some((each) => each.name.startsWith('@cfworker')),
    );
    expect(having).toEqual(['webhook-receiver']);
  });

  it.each([
    ['prom-client', 'metrics-endpoint'],
    ['@influxdata/influxdb-client', 'influx-exporter'],
  ])('has %s only where it is used, %s', (client, user) => {
    const having = ALL_FUNCTION_NAMES.filter((name) => bundleOf(name).packages.some((each) => each.name === client));
    expect(having).toEqual([user]);
  });

  it('over its bound is refused, by name and with what fills it', () => {
    const code = new Uint8Array(750_001);
    const grown = { code, packages: [{ name: 'kafkajs', bytes: 300_000 }], sources: [] };
    expect(() => assertBundleSizes(new Map([['webhook-receiver', grown]]))).toThrow(
      /webhook-receiver: 750 KB is over 750 KB; largest: kafkajs 300/,
    );
    expect(() => assertBundleSizes(bundles())).not.toThrow();
  });

  it('has its line in the table', () => {
    expect(bundleTable(bundles()).split('\n')).toHaveLength(1 + ALL_FUNCTION_NAMES.length);
  });
});

/** In a file of which the function uses something else: a history is read by the command line; nothing here takes a lease. */
const NEVER_CALLED: Partial<Record<FunctionName, string[]>> = {
  'dedup-router': ['dynamodb:Query', 'dynamodb:DeleteItem'],
  'token-refresher': ['dynamodb:DeleteItem'],
  'metrics-endpoint': ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
  'influx-exporter': ['dynamodb:DeleteItem'],
};

/** Batch forms need the right to the single one. */
const actionOf = (command: string): string => {
  const service = /Message|Queue/.test(command) ? 'sqs' : /Secret/.test(command) ? 'secretsmanager' : 'dynamodb';
  return `${service}:${service === 'sqs' ? command.replace(/Batch$/, '') : command}`;
};

describe('grants', () => {
  let template: Template;
  beforeAll(() => {
    template = synthesise('dev', TELEMETRY_ON);
  });

  /** Emulators check no rights: without this a missing one would first show in production. */
  it.each(ALL_FUNCTION_NAMES)('of %s are what its sources ask of AWS, no less and no more', (name) => {
    const commands = bundleOf(name)
      .sources.filter((path) => /^(lib|functions)\//.test(path))
      .flatMap((path) => [...readFileSync(join(ROOT, path), 'utf8').matchAll(/new (\w+)Command\(/g)])
      .map(([, command = '']) => actionOf(command));
    const granted = permissionsOf(template, name)
      .map((line) => line.split(' ')[0] ?? '')
      .filter((action) => !action.startsWith('logs:') && !(name === 'dedup-router' && POLLING.has(action)));
    const asked = commands.filter((action) => !NEVER_CALLED[name]?.includes(action));
    expect([...new Set(granted)].sort()).toEqual([...new Set(asked)].sort());
  });
});

/** Asked for by Lambda's poller, in no source. */
const POLLING = new Set(['sqs:GetQueueAttributes']);
