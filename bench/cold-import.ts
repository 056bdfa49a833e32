import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { BUNDLE_ALIAS, bundleOf } from '../infra/bundle.ts';
import { FUNCTION_NAMES } from '../lib/stage/names.ts';
import { parseStage } from '../lib/stage/parse.ts';
import { spreadOf } from './paired.ts';
import { type Figure, printFigures } from './report.ts';

const BOUND = { atMost: 1.35 };
const ROUNDS = 11;

const STAGE_FILE = { cxone: { baseUrl: 'https://cxone.example.com' }, kafka: { brokers: ['kafka.example.com:9092'] } };

/** The AWS clients that each function makes while it is imported. */
const CLIENTS: Record<(typeof FUNCTION_NAMES)[number], string[]> = {
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

/**
 * CPU time to import each bundle in a fresh process, against a bundle that only makes its AWS clients: as esbuild makes one
 * by itself, and with `node:http` taken as the relay's bundles take it. CPU time, since on a busy machine the time on the
 * wall says how busy it is; both are alike on an idle one.
 */
export function benchColdImport(): void {
  const directory = mkdtempSync(join(tmpdir(), 'relay-bench-'));
  try {
    const figures = FUNCTION_NAMES.flatMap((name) => measure(name, directory));
    printFigures(
      'Cold start: CPU time to import each bundle in a fresh process',
      `against a bundle of only its AWS clients, made by esbuild as it comes, and treated like the relay's; ` +
        `median of ${ROUNDS} triples, Node ${process.version}`,
      figures,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function measure(name: (typeof FUNCTION_NAMES)[number], directory: string): Figure[] {
  const subject = join(directory, `${name}.mjs`);
  const plain = join(directory, `${name}.plain.mjs`);
  const treated = join(directory, `${name}.treated.mjs`);
  writeFileSync(subject, bundleOf(name).code);
  writeFileSync(join(directory, 'stage.json'), JSON.stringify(parseStage('bench', STAGE_FILE)));
  writeFileSync(plain, bareBundle(CLIENTS[name], {}));
  writeFileSync(treated, bareBundle(CLIENTS[name], BUNDLE_ALIAS));
  const triples = Array.from({ length: ROUNDS + 1 }, () => [subject, plain, treated].map(imported)).slice(1);
  const column = (index: number) => triples.map((triple) => triple[index] ?? { cpuMs: Number.NaN, wallMs: Number.NaN });
  const cpuMs = (index: number) => spreadOf(column(index).map((run) => run.cpuMs)).median.toFixed(0);
  const ratioTo = (index: number) =>
    spreadOf(column(0).map((run, round) => run.cpuMs / (column(index)[round]?.cpuMs ?? Number.NaN)));
  const wallMs = spreadOf(column(0).map((run) => run.wallMs)).median.toFixed(0);
  return [
    { what: name, ratio: ratioTo(1), bound: BOUND, detail: `${cpuMs(0)} against ${cpuMs(1)} ms; wall ${wallMs} ms` },
    { what: '  clients treated alike', ratio: ratioTo(2), bound: null, detail: `${cpuMs(0)} against ${cpuMs(2)} ms` },
  ];
}

function bareBundle(clients: readonly string[], alias: Record<string, string>): Uint8Array {
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
    alias,
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

const IMPORT = `
  const before = process.cpuUsage();
  const startMs = performance.now();
  await import(process.argv[1]);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs: performance.now() - startMs }));
  process.exit(0);
`;

function imported(path: string): { cpuMs: number; wallMs: number } {
  const env = { PATH: process.env.PATH, AWS_REGION: 'us-east-1', ...ENVIRONMENT };
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', IMPORT, path], { env, encoding: 'utf8' }),
  );
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
