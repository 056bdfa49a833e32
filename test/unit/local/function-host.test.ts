import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFunctionHost, type FunctionHost } from '../../../local/lambda/function-host.ts';

let directory: string;
let lines: string[];
let failures: string[];
const hosts: FunctionHost[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'relay-host-'));
  lines = [];
  failures = [];
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.kill()));
  rmSync(directory, { recursive: true });
});

function hostOf(source: string, overrides: { timeoutMs?: number; maxSandboxes?: number } = {}): FunctionHost {
  writeFileSync(join(directory, 'index.mjs'), source);
  const { timeoutMs = 20_000, maxSandboxes = 1 } = overrides;
  const host = createFunctionHost({
    resource: {
      name: 'thing',
      functionName: 'stack-thing',
      arn: 'arn:thing',
      bundleDirectory: directory,
      handler: 'index.handler',
      timeoutMs,
      memoryMiB: 128,
      environment: {},
    },
    environment: { COLOUR: 'red' },
    maxSandboxes,
    onLine: (line) => lines.push(line),
    onFailure: (message) => failures.push(message),
  });
  hosts.push(host);
  return host;
}

const COUNTING = 'let n = 0; export const handler = async (event) => ({ n: ++n, event });';

describe('a function', () => {
  it('has its own environment and a context like Lambda’s', async () => {
    const host = hostOf(`export const handler = async (event, context) => ({
      environment: process.env, name: context.functionName, left: context.getRemainingTimeInMillis(), event });`);
    const result = (await host.invoke({ a: 1 })) as { left: number };
    expect(result).toMatchObject({ environment: { COLOUR: 'red' }, name: 'stack-thing', event: { a: 1 } });
    expect(result).not.toHaveProperty('environment.HOME');
    expect(result.left).toBeGreaterThan(0);
    expect(result.left).toBeLessThanOrEqual(20_000);
  });

  it('stays warm between invocations', async () => {
    const host = hostOf(COUNTING);
    await host.invoke({});
    expect(await host.invoke({})).toMatchObject({ n: 2 });
  });

  it('works one invocation at a time in each sandbox and no more sandboxes than allowed', async () => {
    const host = hostOf(
      `let now = 0; export const handler = async () => { now++; await new Promise((r) => setTimeout(r, 20)); return now--; };`,
      { maxSandboxes: 2 },
    );
    const results = await Promise.all(Array.from({ length: 6 }, () => host.invoke({})));
    expect(results).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('that throws answers its error and goes on', async () => {
    const host = hostOf(
      `export const handler = async (event) => { if (event.bad) throw new TypeError('bad'); return 1; };`,
    );
    await expect(host.invoke({ bad: true })).rejects.toMatchObject({ errorType: 'TypeError', message: 'bad' });
    expect(await host.invoke({})).toBe(1);
    expect(failures).toEqual(['bad']);
  });

  it('that runs out of time is ended, even in a busy loop, and starts anew', async () => {
    const spinning = 'export const handler = async (event) => { if (event.spin) for (;;) {} return 1; };';
    const host = hostOf(spinning, { timeoutMs: 1500 });
    await expect(host.invoke({ spin: true })).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      message: 'Task timed out after 1.5 seconds',
    });
    expect(await host.invoke({})).toBe(1);
  });

  it('whose process would have died fails that invocation and starts anew', async () => {
    const host = hostOf(`export const handler = async (event) => {
      if (event.die) { setTimeout(() => { throw new Error('unforeseen'); }); await new Promise(() => {}); }
      return 'alive'; };`);
    await expect(host.invoke({ die: true })).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await host.invoke({})).toBe('alive');
  });

  it('that is killed in mid-work fails and starts anew', async () => {
    const host = hostOf(
      `export const handler = async (event) => { if (event.hang) await new Promise(() => {}); return 1; };`,
    );
    await host.warm();
    const hanging = host.invoke({ hang: true });
    const failure = expect(hanging).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
    await host.kill();
    await failure;
    expect(await host.invoke({})).toBe(1);
  });

  it('that does not load says why', async () => {
    const host = hostOf("import 'no-such-module';");
    await expect(host.warm()).rejects.toThrow(/no-such-module/);
  });

  it('is heard: each line it prints', async () => {
    const host = hostOf("export const handler = async () => { console.log('one'); console.error('two'); };");
    await host.invoke({});
    await host.stop(1000);
    expect(lines.sort()).toEqual(['one', 'two']);
  });

  it('takes nothing more once it was stopped', async () => {
    const host = hostOf(COUNTING);
    await host.stop(1000);
    await expect(host.invoke({})).rejects.toMatchObject({ errorType: 'Stopped' });
  });
});
