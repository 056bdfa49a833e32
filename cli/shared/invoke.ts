/** A function's own time-out is 4 minutes at most; then its answer is on its way. */
const TIMEOUT_MS = 300_000;

/** @throws Error with what the function threw */
export async function invokeLambda(name: string, event: unknown): Promise<unknown> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda'); // few commands need it
  const lambda = new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: TIMEOUT_MS } });
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) }),
  );
  const text = Buffer.from(Payload ?? []).toString('utf8');
  if (FunctionError !== undefined) throw functionFault(name, text);
  return JSON.parse(text || 'null');
}

/** By the local relay's own door for it. @throws Error with what the function threw */
export async function invokeLocally(relayUrl: string, name: string, event: unknown): Promise<unknown> {
  const answer = await fetch(`${relayUrl}/_local/invoke/${name}`, {
    method: 'POST',
    body: JSON.stringify(event),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  if (!answer.ok) throw functionFault(name, text);
  return JSON.parse(text);
}

function functionFault(name: string, text: string): Error {
  let said: { errorType?: unknown; errorMessage?: unknown; message?: unknown } = {};
  try {
    said = JSON.parse(text) ?? {};
  } catch {
    said = { message: text };
  }
  const { errorType = 'Error', errorMessage = said.message ?? text } = said;
  return new Error(`${name} failed: ${errorType}: ${errorMessage}`);
}
