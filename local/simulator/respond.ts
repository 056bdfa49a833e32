import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './api.ts';
import { type Fault, statusAnswer } from './faults.ts';

export function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (response.destroyed) return;
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, { ...(text === '' ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(text);
}

/** Misbehaves as asked (see Fault). `run` executes the request. */
export async function applyFault(
  fault: Fault,
  response: ServerResponse,
  run: () => Answer,
  clock: { nowMs(): number },
): Promise<void> {
  switch (fault.kind) {
    case 'status':
      return send(response, statusAnswer(fault, clock.nowMs()));
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><body>It works!</body></html>');
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'reset-after':
      run();
      response.socket?.resetAndDestroy();
      return;
    case 'slow':
      await sleep(fault.delayMs ?? 1000);
      return send(response, run());
    case 'timeout':
      return;
    case 'late':
      await clientGone(response);
      await sleep(fault.delayMs ?? 100);
      run();
  }
}

const clientGone = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (response.destroyed) resolve();
    else response.once('close', resolve);
  });
