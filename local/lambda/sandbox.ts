import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { FunctionResource } from '../template/resources.ts';
import type { FromSandbox, SandboxData, ToSandbox } from './worker.ts';

/** A function ended without a result: it threw, ran out of time or its sandbox died. */
export class FunctionError extends Error {
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.name = 'FunctionError';
    this.errorType = errorType;
  }
}

export interface Sandbox {
  /** One at a time. @throws FunctionError; after a time-out the sandbox is dead. */
  invoke(event: unknown): Promise<unknown>;
  alive(): boolean;
  /** Ends it at once; what it was working on fails. */
  kill(): Promise<void>;
}

/** Room for V8's own needs beside the function's; a worker cannot be bound as tightly as a process. */
const HEAP_OVERHEAD_MIB = 64;

/** A worker thread with the function's own environment and module instances. Resolves once the bundle is loaded. */
export async function startSandbox(
  resource: FunctionResource,
  environment: Record<string, string>,
  onLine: (line: string) => void,
): Promise<Sandbox> {
  const worker = createWorker(resource, environment);
  for (const stream of [worker.stdout, worker.stderr]) createInterface({ input: stream }).on('line', onLine);
  const dead = new Promise<FunctionError>((resolve) => {
    worker.on('error', (error) => resolve(new FunctionError('Runtime.ExitError', String(error))));
    worker.on('exit', () => resolve(new FunctionError('Runtime.ExitError', 'the sandbox was ended')));
  });
  let isAlive = true;
  void dead.then(() => {
    isAlive = false;
  });
  const pending = new Map<number, (message: FromSandbox) => void>();
  const loaded = new Promise<FromSandbox>((resolve) => {
    worker.on('message', (message: FromSandbox) => {
      if (message.kind === 'ready' || message.kind === 'broken') resolve(message);
      else pending.get(message.id)?.(message);
    });
  });
  const first = await Promise.race([loaded, dead]);
  if (first instanceof FunctionError) throw first;
  if (first.kind === 'broken') {
    await worker.terminate();
    throw new FunctionError('Runtime.ImportModuleError', first.message);
  }

  let lastId = 0;
  return {
    alive: () => isAlive,
    kill: async () => void (await worker.terminate()),
    async invoke(event) {
      const id = ++lastId;
      const answered = new Promise<FromSandbox>((resolve) => pending.set(id, resolve));
      const deadlineMs = Date.now() + resource.timeoutMs;
      worker.postMessage({
        id,
        eventJson: JSON.stringify(event),
        deadlineMs,
        requestId: randomUUID(),
      } satisfies ToSandbox);
      const timer = setTimeout(() => void worker.terminate(), resource.timeoutMs);
      try {
        const message = await Promise.race([answered, dead]);
        if (message instanceof FunctionError) {
          if (Date.now() < deadlineMs) throw message;
          throw new FunctionError('Sandbox.Timedout', `Task timed out after ${resource.timeoutMs / 1000} seconds`);
        }
        return resultOf(message);
      } finally {
        clearTimeout(timer);
        pending.delete(id);
      }
    },
  };
}

function resultOf(message: FromSandbox): unknown {
  if (message.kind === 'answer') return JSON.parse(message.resultJson);
  if (message.kind === 'error') throw new FunctionError(message.errorType, message.message);
  throw new FunctionError('Runtime.Unknown', `unexpected ${message.kind}`);
}

function createWorker(resource: FunctionResource, environment: Record<string, string>): Worker {
  const [module = 'index', exportName = 'handler'] = resource.handler.split('.');
  const workerData: SandboxData = {
    file: join(resource.bundleDirectory, `${module}.mjs`),
    exportName,
    functionName: resource.functionName,
    arn: resource.arn,
    memoryMiB: resource.memoryMiB,
  };
  return new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    env: environment,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: resource.memoryMiB + HEAP_OVERHEAD_MIB },
  });
}
