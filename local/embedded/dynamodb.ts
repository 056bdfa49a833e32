import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { bufferedServer, type LoopbackServer, listenOnLoopback } from './loopback-server.ts';

type Dynalite = (options: Record<string, number>) => Server;
// dynalite is CommonJS without types
const dynalite = createRequire(import.meta.url)('dynalite') as Dynalite;

/**
 * DynamoDB in this process, in memory. dynalite throws out of its request handler when a client goes away in mid-request (a
 * function that is stopped does), which would end the relay: it is handed complete requests only.
 */
export async function startEmbeddedDynamo(): Promise<LoopbackServer> {
  const inner = dynalite({ createTableMs: 1, deleteTableMs: 1, updateTableMs: 1 });
  const handle = inner.listeners('request')[0] as (request: IncomingMessage, response: ServerResponse) => void;
  const server = bufferedServer((request, body, response) => {
    const whole = Object.assign(Readable.from(body.length > 0 ? [body] : []), {
      headers: request.headers,
      method: request.method,
      url: request.url,
    });
    handle(whole as unknown as IncomingMessage, response);
  });
  return listenOnLoopback(server);
}
