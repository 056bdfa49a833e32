import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundleOf } from '../infra/bundle.ts';
import { FUNCTION_NAMES, type FunctionName } from '../lib/stage/names.ts';
import { parseStage } from '../lib/stage/parse.ts';
import { spreadOf } from './paired.ts';
import { type Figure, printFigures } from './report.ts';

const BOUND = { atMost: 1.35 };
const ROUNDS = 11;

const STAGE_FILE = { cxone: { baseUrl: 'https://cxone.example.com' }, kafka: { brokers: ['kafka.example.com:9092'] } };

/** The AWS clients that each function makes while it is imported. */
const CLIENTS: Record<FunctionName, string[]> = {
  'webhook-receiver': ['sqs', 'secrets-manager'],
  'dedup-router': ['sqs', 'dynamodb', 'secrets-manager'],
  'dnc-batcher': ['dynamodb', 'secrets-manager'],
  'subscription-reconciler': ['dynamodb', 'secrets-manager'],
  'token-refresher': ['dynamodb', 'secrets-manager'],
};
const CLASSES: Record<string, [string, string]> = {
  sqs: ['SQSClient', 'SendMessageCommand'],
  dynamodb: ['DynamoDBClient', 'GetItemCommand'],
  'secrets-manager': ['SecretsManagerClient', 'GetSecretValueCommand'],
};

/** Time to import each bundle in a fresh process, against a bundle that only makes its AWS clients. */
export function benchColdImport(): void {
  const directory = mkdtempSync(join(tmpdir(), 'relay-bench-'));
  try {
    const figures = FUNCTION_NAMES.map((name) => measure(name, directory));
    printFigures(
      'Cold start: time to import each bundle in a fresh process',
      `against a bundle of only its AWS clients, made the same way; median of ${ROUNDS} pairs, Node ${process.version}`,
      figures,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function measure(name: FunctionName, directory: string): Figure {
  const subject = join(directory, `${name}.mjs`);
  const baseline = join(directory, `${name}.bare.mjs`);
  writeFileSync(subject, bundleOf(name).code);
  writeFileSync(join(directory, 'stage.json'), JSON.stringify(parseStage('bench', STAGE_FILE)));
  writeFileSync(baseline, bareBundle(CLIENTS[name]));
  const pairs = Array.from({ length: ROUNDS + 1 }, () => [importMs(subject), importMs(baseline)] as const).slice(1);
  const bareMs = spreadOf(pairs.map(([, bare]) => bare)).median;
  return {
    what: name,
    ratio: spreadOf(pairs.map(([own, bare]) => own / bare)),
    bound: BOUND,
    detail: `${spreadOf(pairs.map(([own]) => own)).median.toFixed(0)} ms against ${bareMs.toFixed(0)} ms`,
  };
}

function bareBundle(clients: readonly string[]): Uint8Array {
  const lines = clients.map((client) => {
    const [clientClass, command] = CLASSES[client] ?? [];
    return `import { ${clientClass}, ${command} } from '@aws-sdk/client-${client}'; export const ${clientClass}Made = [new ${clientClass}({}), ${command}];`;
  });
  const { outputFiles } = buildSync({
    stdin: { contents: lines.join('\n'), resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

const IMPORT = `const start = performance.now(); await import(process.argv[1]); process.stdout.write(String(performance.now() - start)); process.exit(0)`;

function importMs(path: string): number {
  const env = { PATH: process.env.PATH, AWS_REGION: 'us-east-1', ...ENVIRONMENT };
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', IMPORT, path], { env, encoding: 'utf8' }));
}

/** Every variable that any of the functions asks for; names only, nothing is called. */
const ENVIRONMENT = Object.fromEntries(
  [
    'EVENTS_QUEUE_URL',
    'DEAD_LETTER_QUEUE_URL',
    'LEDGER_TABLE',
    'INTERACTION_STATE_TABLE',
    'DNC_QUEUE_TABLE',
    'DNC_HISTORY_TABLE',
    'TOKENS_TABLE',
    'CONTROL_TABLE',
    'AUDIT_TABLE',
    'UPSTASH_SECRET_NAME',
    'KAFKA_SECRET_NAME',
    'CXONE_SECRET_NAME',
    'AUDIT_SECRET_NAME',
    'WEBHOOK_SECRET_NAME',
    'WEBHOOK_URL',
    'POWERTOOLS_SERVICE_NAME',
  ].map((name) => [name, 'bench']),
);
