import type { Server } from 'node:http';
import { ConfigError } from '../../lib/platform/errors.ts';
import { type LoopbackServer, listenOnLoopback } from '../embedded/loopback-server.ts';

const FINISH_MS = 2000;

/** `close` lets requests finish for 2 s. @throws ConfigError when the port is taken. */
export async function listenForEvents(server: Server, port: number): Promise<LoopbackServer> {
  const listening = await listenOnLoopback(server, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') throw new ConfigError('PORT', `${port} is in use; stop what uses it or set PORT`);
    if (error.code === 'EACCES') throw new ConfigError('PORT', `${port} may not be used; set PORT to one above 1023`);
    throw error;
  });
  return {
    url: listening.url,
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), FINISH_MS);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
      }),
  };
}
