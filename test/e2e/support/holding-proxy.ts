import { request as httpRequest } from 'node:http';
import { bufferedServer, type LoopbackServer, listenOnLoopback } from '../../../local/embedded/loopback-server.ts';

/** Passes DynamoDB requests on, but keeps those of the held operation unanswered and undone, as a network that swallows them. */
export interface HoldingProxy extends LoopbackServer {
  /** `BatchWriteItem`; undefined: everything passes. */
  hold(operation: string | undefined): void;
  held(): number;
}

export async function startHoldingProxy(target: string): Promise<HoldingProxy> {
  let operation: string | undefined;
  let held = 0;
  const server = bufferedServer((request, body, response) => {
    if (operation !== undefined && String(request.headers['x-amz-target']).endsWith(`.${operation}`)) {
      held++;
      return;
    }
    const forwarded = httpRequest(target, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    forwarded.end(body);
  });
  return {
    ...(await listenOnLoopback(server)),
    hold: (next) => {
      operation = next;
    },
    held: () => held,
  };
}
