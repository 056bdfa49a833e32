import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { RelayState } from '../../../local/state/relay-state.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
export const SECRET = 'local-webhook-secret';
const START_WITHIN_MS = 90_000;

/** One line of a topic log. */
export interface TopicLine {
  offset: number;
  timestamp: number;
  key: string | null;
  headers: Record<string, string>;
  value: string;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

export interface Stopped extends Ended {
  /** From the signal to the end. */
  tookMs: number;
}

/** `npm start` in a process of its own, on a free port, with a data directory of its own. */
export interface RelayProcess {
  url: string;
  pid: number;
  dataDirectory: string;
  state(): Promise<RelayState>;
  invoke(functionName: string, event?: unknown): Promise<unknown>;
  topic(name: string): TopicLine[];
  /** What it has printed so far. */
  output(): string;
  /** SIGTERM, then its end. */
  stop(): Promise<Stopped>;
  /** SIGKILL: nothing is finished or tidied. Does nothing to one that has ended. */
  kill(): Promise<Stopped>;
  /** SIGSTOP: it stands still, as a sandbox between two invocations, until `thaw`. */
  freeze(): void;
  thaw(): void;
}

export interface RelayOptions {
  environment?: Record<string, string>;
  /** Content of the stage file, named `e2e`. */
  stage?: Record<string, unknown>;
  dataDirectory?: string;
  /** Of the start command. */
  args?: readonly string[];
}

/** Retries quickly: a test has no minutes to wait. */
export const QUICK_RETRIES = {
  retry: { firstDelaySeconds: 1, maxDelaySeconds: 1, maxDelayAfterOneDaySeconds: 1 },
};

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'relay-e2e-'));
}

/** Runs the start command to its end, for starts that are to fail. */
export async function runToEnd(environment: Record<string, string>, args: readonly string[] = []): Promise<Ended> {
  return launch(environment, args).ended;
}

export async function startRelay(options: RelayOptions = {}): Promise<RelayProcess> {
  const dataDirectory = options.dataDirectory ?? temporaryDirectory();
  const stageFile = join(dataDirectory, 'e2e.json');
  writeFileSync(stageFile, JSON.stringify({ ...QUICK_RETRIES, ...options.stage }));
  const { environment, args } = options;
  const { child, ended, listening, output } = launch(
    { PORT: '0', RELAY_DATA_DIR: dataDirectory, RELAY_STAGE_FILE: stageFile, ...environment },
    args,
  );
  const url = await listening;
  const end = async (signal: NodeJS.Signals) => {
    const startedAtMs = performance.now();
    child.kill(signal);
    return { ...(await ended), tookMs: performance.now() - startedAtMs };
  };
  return {
    url,
    pid: child.pid ?? -1,
    dataDirectory,
    state: async () => (await (await fetch(`${url}/_local/state`)).json()) as RelayState,
    invoke: async (name, event) => {
      const body = event === undefined ? null : JSON.stringify(event);
      return (await fetch(`${url}/_local/invoke/${name}`, { method: 'POST', body })).json();
    },
    topic: (name) => readTopic(dataDirectory, name),
    output,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}

export function readTopic(dataDirectory: string, name: string): TopicLine[] {
  try {
    const text = readFileSync(join(dataDirectory, 'topics', `${name}.ndjson`), 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as TopicLine);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

export const removeDirectory = (directory: string) => rmSync(directory, { recursive: true, force: true });

function launch(
  environment: Record<string, string>,
  args: readonly string[] = [],
): {
  child: ChildProcess;
  ended: Promise<Ended>;
  listening: Promise<string>;
  output: () => string;
} {
  const child = spawn(process.execPath, ['local/index.ts', ...args], {
    cwd: PROJECT,
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const output = () => lines.join('\n');
  const listening = new Promise<string>((resolveUrl, reject) => {
    const tooLate = setTimeout(() => reject(new Error(`no listening line:\n${output()}`)), START_WITHIN_MS);
    child.on('exit', () => reject(new Error(`the relay ended:\n${output()}`)));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const [, url] = /^CXone Relay listening on (http:\S+)$/.exec(line) ?? [];
        if (url === undefined) return;
        clearTimeout(tooLate);
        resolveUrl(url);
      });
    }
    child.on('exit', () => clearTimeout(tooLate));
  });
  const end = once(child, 'close').then((values): Ended => {
    const [code, signal] = values as [number | null, NodeJS.Signals | null];
    return { code, signal, output: output() };
  });
  listening.catch(() => undefined); // whoever waits for the end does not wait for this
  return { child, ended: end, listening, output };
}
