import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createKafkaSockets } from '../../../lib/routing/kafka-sockets.ts';

/** TLS by a pre-shared key: no certificate needed. */
const PSK = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' as const };
const PSK_SECRET = Buffer.from('0123456789abcdef');
const PSK_CLIENT = {
  ...PSK,
  pskCallback: () => ({ identity: 'relay', psk: PSK_SECRET }),
  checkServerIdentity: () => undefined,
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket) => socket.on('error', () => undefined)); // being reset is what is tested
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Resolves with what ended a connection as the server saw it. */
const endOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('end', () => resolve('closed in order'));
  });

async function connect(secure: boolean) {
  const server = secure ? createTlsServer({ ...PSK, pskCallback: () => PSK_SECRET }) : createServer();
  const port = await listen(server);
  const accepted = once(server, secure ? 'secureConnection' : 'connection');
  const sockets = createKafkaSockets();
  await new Promise<void>((resolve) => {
    const ssl = secure ? PSK_CLIENT : undefined;
    const socket = sockets.factory({ host: '127.0.0.1', port, onConnect: resolve, ...({ ssl } as { ssl: object }) });
    socket.on('error', () => undefined);
  });
  const [peer] = await accepted;
  return { sockets, peer: peer as Socket, port };
}

describe.each([
  ['TCP', false],
  ['TLS', true],
])('connections of a producer over %s', (_name, secure) => {
  it('are reset when cut, so that nothing unsent is delivered later', async () => {
    const { sockets, peer } = await connect(secure);
    const end = endOf(peer);
    peer.resume();
    sockets.cut();
    expect(await end).toBe('ECONNRESET');
  });
});

describe('connections of a producer', () => {
  it('tell kafkajs at once that they were cut', async () => {
    const port = await listen(createServer());
    const sockets = createKafkaSockets();
    const socket = sockets.factory({ host: '127.0.0.1', port, ssl: undefined as never, onConnect: () => undefined });
    const failed = once(socket, 'error');
    await once(socket, 'connect');
    sockets.cut();
    expect(String((await failed).at(0))).toContain('thrown away');
  });

  it('cannot be opened any more once cut', () => {
    const sockets = createKafkaSockets();
    sockets.cut();
    expect(() =>
      sockets.factory({ host: '127.0.0.1', port: 1, ssl: undefined as never, onConnect: () => undefined }),
    ).toThrow('thrown away');
  });
});
