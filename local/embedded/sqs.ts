import { buildApp } from 'fauxqs';
import type { LoopbackServer } from './loopback-server.ts';

/** SQS in this process, in memory. (`startFauxqs` would listen on every interface.) */
export async function startEmbeddedSqs(): Promise<LoopbackServer> {
  const app = buildApp({ logger: false });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, close: () => app.close() };
}
