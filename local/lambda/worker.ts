import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';

/** One sandbox: loads a bundle once, then works one invocation at a time, as Lambda's does. */
export interface SandboxData {
  file: string;
  exportName: string;
  functionName: string;
  arn: string;
  memoryMiB: number;
}

export type ToSandbox = { id: number; eventJson: string; deadlineMs: number; requestId: string };
export type FromSandbox =
  | { kind: 'ready' }
  | { kind: 'broken'; message: string }
  | { kind: 'answer'; id: number; resultJson: string }
  | { kind: 'error'; id: number; errorType: string; message: string };

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const port = parentPort;
if (port === null) throw new Error('runs as a worker only');
const data = workerData as SandboxData;
const post = (message: FromSandbox) => port.postMessage(message);

const contextOf = ({ deadlineMs, requestId }: ToSandbox): Context => ({
  awsRequestId: requestId,
  functionName: data.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: data.arn,
  memoryLimitInMB: String(data.memoryMiB),
  logGroupName: `/aws/lambda/${data.functionName}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  done: notSupported,
  fail: notSupported,
  succeed: notSupported,
});

function notSupported(): never {
  throw new Error('nodejs24.x has no callback handlers');
}

const errorOf = (error: unknown) => ({
  errorType: error instanceof Error ? error.name : 'Error',
  message: error instanceof Error ? error.message : String(error),
});

try {
  const module = (await import(pathToFileURL(data.file).href)) as Record<string, unknown>;
  const handler = module[data.exportName];
  if (typeof handler !== 'function') throw new Error(`${data.file} exports no ${data.exportName}`);
  port.on('message', async (invocation: ToSandbox) => {
    const { id, eventJson } = invocation;
    try {
      const result = await (handler as Handler)(JSON.parse(eventJson), contextOf(invocation));
      post({ kind: 'answer', id, resultJson: JSON.stringify(result ?? null) });
    } catch (error) {
      post({ kind: 'error', id, ...errorOf(error) });
    }
  });
  post({ kind: 'ready' });
} catch (error) {
  post({ kind: 'broken', message: errorOf(error).message });
}
