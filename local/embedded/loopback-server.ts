import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 alone; port 0 takes a free one. `close` ends open connections at once. */
export async function listenOnLoopback(server: Server, port = 0): Promise<LoopbackServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A server whose handler gets the whole body; an error of the handler is a 500 with its message, never a crash. */
export function bufferedServer(
  handle: (request: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<void> | void,
): Server {
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => response.destroy()); // the client went away mid-request: nobody is left to answer
    request.on('end', async () => {
      try {
        await handle(request, Buffer.concat(chunks), response);
      } catch (error) {
        if (!response.headersSent) sendJson(response, 500, { error: String(error) });
      }
    });
  };
  return createServer({ keepAliveTimeout: 60_000 }, listener);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  json: unknown,
  contentType = 'application/json',
): void {
  const text = JSON.stringify(json);
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
