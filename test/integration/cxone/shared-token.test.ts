import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDynamoTokenStore } from '../../../lib/cxone/dynamo-token-store.ts';
import { credentialKey } from '../../../lib/cxone/token-renewal.ts';
import { type RunningSimulator, startCxoneSimulator } from '../../../local/simulator/server.ts';
import { clientSettings } from '../../support/cxone-client.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import type { WorkerOrder } from './token-worker.ts';

const SCRIPT = fileURLToPath(new URL('./token-worker.ts', import.meta.url));

let dynamo: LocalDynamo;
let cxone: RunningSimulator;
const started: ChildProcessWithoutNullStreams[] = [];
beforeAll(async () => {
  dynamo = await startDynamo();
  await createTables(dynamo.client, 'Tokens');
});
beforeEach(async () => {
  cxone = await startCxoneSimulator({ apiRequestsPerSecond: 10_000 }); // its port is part of the credential's key
});
afterEach(async () => {
  for (const process of started.splice(0)) process.kill('SIGKILL');
  await cxone.close();
});
afterAll(() => dynamo.stop());

interface WorkerProcess {
  process: ChildProcessWithoutNullStreams;
  /** Lets it begin; resolves with the failures of its calls. */
  go(): Promise<string[]>;
}

/** A process that has loaded everything and waits for the word. */
async function startWorkers(order: Partial<WorkerOrder>): Promise<WorkerProcess> {
  const full: WorkerOrder = {
    dynamoEndpoint: dynamo.endpoint,
    accessKeyId: dynamo.accessKeyId,
    cxoneUrl: cxone.url,
    workers: 1,
    calls: 1,
    pauseMs: 0,
    renewalLeaseMs: 30_000,
    ...order,
  };
  const process_ = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT, JSON.stringify(full)]);
  started.push(process_);
  let errors = '';
  process_.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  let output = '';
  const line = (count: number) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const lines = output.split('\n');
        if (lines.length > count) resolve(lines[count - 1] ?? '');
      };
      process_.stdout.on('data', look);
      process_.once('exit', () => reject(new Error(`worker ended: ${errors}`)));
      look();
    });
  process_.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await line(1);
  return {
    process: process_,
    async go() {
      const result = line(2);
      process_.stdin.write('go\n');
      return JSON.parse(await result) as string[];
    },
  };
}

const startProcesses = (order: Partial<WorkerOrder>) =>
  Promise.all([4, 3, 3].map((workers) => startWorkers({ workers, ...order })));
const run = async (processes: WorkerProcess[]) => (await Promise.all(processes.map(({ go }) => go()))).flat();
const tokenCalls = () => cxone.simulator.requests().filter(({ path }) => path === '/oauth/token').length;
const apiCalls = () => cxone.simulator.requests().filter(({ path }) => path === '/api/v2/webhooks');

async function storeExpiredToken(): Promise<void> {
  const store = createDynamoTokenStore({ dynamo: dynamo.client, table: 'Tokens' });
  const settings = clientSettings(cxone.url);
  const credential = credentialKey(settings, await settings.credentials.get());
  const nowMs = Date.now();
  const lease = { owner: 'earlier', version: 0, untilMs: nowMs + 1000 };
  await store.acquire(credential, lease, nowMs);
  await store.write(credential, lease, { accessToken: 'old', obtainedAtMs: nowMs - 3_600_000, expiresAtMs: nowMs - 1 });
}

describe('one token for ten workers in three processes', () => {
  it('is asked for once when all start at once with an expired one', async () => {
    await storeExpiredToken();
    expect(await run(await startProcesses({}))).toEqual([]);
    expect(tokenCalls()).toBe(1);
    expect(apiCalls().map(({ status }) => status)).toEqual(Array(10).fill(200));
  });

  it('is renewed once, with no failed call, when it is revoked in mid-run', async () => {
    const processes = await startProcesses({ calls: 20, pauseMs: 25 });
    const revoking = (async () => {
      while (apiCalls().length < 60) await new Promise((resolve) => setTimeout(resolve, 5));
      cxone.simulator.revokeTokens();
    })();
    expect(await run(processes)).toEqual([]);
    await revoking;
    expect(tokenCalls()).toBe(2);
    expect(apiCalls().filter(({ status }) => status === 200)).toHaveLength(200);
    expect(apiCalls().some(({ status }) => status === 401)).toBe(true);
  });

  it('is renewed by another process when the one that holds the lease is killed', async () => {
    cxone.simulator.addFault({ kind: 'timeout', match: { path: '/oauth/token' } });
    const renewalLeaseMs = 5000;
    const doomed = await startWorkers({ renewalLeaseMs });
    const successor = await startWorkers({ renewalLeaseMs });
    doomed.go().catch(() => undefined);
    while (tokenCalls() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    doomed.process.kill('SIGKILL');
    expect(await successor.go()).toEqual([]);
    const [first, second] = cxone.simulator.requests().filter(({ path }) => path === '/oauth/token');
    expect(tokenCalls()).toBe(2);
    expect((second?.receivedAtMs ?? 0) - (first?.receivedAtMs ?? 0)).toBeGreaterThan(renewalLeaseMs - 1000);
  });
});
