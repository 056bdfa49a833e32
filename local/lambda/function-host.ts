import { messageOf } from '../../lib/platform/errors.ts';
import type { FunctionResource } from '../template/resources.ts';
import { FunctionError, type Sandbox, startSandbox } from './sandbox.ts';

/** One function of the template, with as many sandboxes as its load needs, each with one invocation at a time. */
export interface FunctionHost {
  readonly resource: FunctionResource;
  /** Waits for a free sandbox. @throws FunctionError */
  invoke(event: unknown): Promise<unknown>;
  /** Starts one sandbox ahead of the first invocation. @throws FunctionError when the bundle does not load. */
  warm(): Promise<void>;
  /** Ends all sandboxes at once, in mid-work too, and answers how many; the next invocation starts a new one. */
  kill(): Promise<number>;
  /** Waits until nothing is worked on, `withinMs` at most, then ends all. Later invocations fail. */
  stop(withinMs: number): Promise<void>;
}

export interface FunctionHostSettings {
  resource: FunctionResource;
  environment: Record<string, string>;
  maxSandboxes: number;
  onLine: (line: string) => void;
  /** Told of every invocation that ended without a result. */
  onFailure: (message: string) => void;
}

export function createFunctionHost({
  resource,
  environment,
  maxSandboxes,
  onLine,
  onFailure,
}: FunctionHostSettings): FunctionHost {
  const sandboxes = new Set<Sandbox>();
  const idle: Sandbox[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;
  let stopped = false;

  const takeSandbox = async (): Promise<Sandbox> => {
    for (let sandbox = idle.pop(); sandbox !== undefined; sandbox = idle.pop()) {
      if (sandbox.alive()) return sandbox;
      sandboxes.delete(sandbox);
    }
    const sandbox = await startSandbox(resource, environment, onLine);
    sandboxes.add(sandbox);
    return sandbox;
  };
  const release = (sandbox: Sandbox | undefined) => {
    if (sandbox?.alive()) idle.push(sandbox);
    else if (sandbox !== undefined) sandboxes.delete(sandbox);
    busy--;
    waiting.shift()?.();
  };
  const withSandbox = async <T>(work: (sandbox: Sandbox) => Promise<T>): Promise<T> => {
    while (busy >= maxSandboxes) await new Promise<void>((resolve) => waiting.push(resolve));
    if (stopped) throw new FunctionError('Stopped', `${resource.name} has been stopped`);
    busy++;
    let sandbox: Sandbox | undefined;
    try {
      sandbox = await takeSandbox();
      return await work(sandbox);
    } finally {
      release(sandbox);
    }
  };
  const kill = async () => {
    const killed = [...sandboxes];
    sandboxes.clear();
    await Promise.all(killed.map((sandbox) => sandbox.kill()));
    return killed.length;
  };

  return {
    resource,
    async invoke(event) {
      try {
        return await withSandbox((sandbox) => sandbox.invoke(event));
      } catch (error) {
        if (!stopped) onFailure(messageOf(error));
        throw error;
      }
    },
    warm: () => withSandbox(async () => undefined),
    kill,
    async stop(withinMs) {
      stopped = true;
      for (const wake of waiting.splice(0)) wake();
      const endMs = Date.now() + withinMs;
      while (busy > 0 && Date.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 20));
      await kill();
    },
  };
}
