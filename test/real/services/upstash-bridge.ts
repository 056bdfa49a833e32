import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { createApp } from '@humanwhocodes/upstash-redis-server';

/**
 * Upstash's REST form before the Redis of `REDIS_URL`, as a process of its own: `PORT`, `URS_TOKEN`. The package's own server
 * listens on every interface; this one listens on loopback only.
 */
const { URS_TOKEN: token = '', REDIS_URL: redisUrl = '', PORT: port = '' } = process.env;
const app = createApp({ token, redisUrl });

const server = createServer(async (request, response) => {
  const method = request.method ?? 'GET';
  const headers = new Headers(
    Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const body = await buffer(request);
  const answer = await app.fetch(
    new Request(`http://127.0.0.1${request.url ?? '/'}`, { method, headers, ...(body.length > 0 ? { body } : {}) }),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});
server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
