import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A network between a client and a server that can be made to fail in ways a cable does. */
export interface TcpProxy {
  /** Everything passes. What was held is let through, on connections whose client is still there. */
  pass(): void;
  /** Requests reach the server; its answers are lost. */
  swallowAnswers(): void;
  /** Requests stay here until `pass`. */
  holdRequests(): void;
  /** As after a freeze: connections of now look alive until they are used, and are then reset. New ones work. */
  forgetConnections(): void;
  /** Connections of now lead nowhere any more, without a sign. New ones work. */
  blackholeConnections(): void;
  /** Connections of now are reset, and so are new ones until `pass`. */
  refuse(): void;
  close(): Promise<void>;
}

type Mode = 'pass' | 'swallow-answers' | 'hold-requests' | 'forgotten' | 'blackhole' | 'refused';

interface Link {
  client: Socket;
  server: Socket;
  mode: Mode;
  held: Buffer[];
}

export async function startTcpProxy(listenPort: number, targetPort: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  let modeOfNew: Mode = 'pass';

  const listener = createServer((client) => {
    if (modeOfNew === 'refused') {
      client.resetAndDestroy();
      return;
    }
    const link: Link = { client, server: connect(targetPort, '127.0.0.1'), mode: modeOfNew, held: [] };
    links.add(link);
    const end = () => {
      links.delete(link);
      link.held.length = 0;
      client.destroy();
      link.server.destroy();
    };
    for (const socket of [client, link.server]) socket.on('error', end).on('close', end);
    client.on('data', (chunk) => {
      if (link.mode === 'forgotten') client.resetAndDestroy();
      else if (link.mode === 'hold-requests') link.held.push(chunk);
      else if (link.mode !== 'blackhole') link.server.write(chunk);
    });
    link.server.on('data', (chunk) => {
      if (link.mode === 'pass' || link.mode === 'hold-requests') client.write(chunk);
    });
  });
  listener.listen(listenPort, '127.0.0.1');
  await once(listener, 'listening');

  const setAll = (mode: Mode, ofNew: Mode): void => {
    modeOfNew = ofNew;
    for (const link of links) {
      link.mode = mode;
      if (mode === 'pass') for (const chunk of link.held.splice(0)) link.server.write(chunk);
    }
  };
  return {
    pass: () => setAll('pass', 'pass'),
    swallowAnswers: () => setAll('swallow-answers', 'swallow-answers'),
    holdRequests: () => setAll('hold-requests', 'hold-requests'),
    forgetConnections: () => setAll('forgotten', 'pass'),
    blackholeConnections: () => setAll('blackhole', 'pass'),
    refuse() {
      setAll('refused', 'refused');
      for (const { client } of links) client.resetAndDestroy();
    },
    async close() {
      for (const { client, server } of links) {
        client.destroy();
        server.destroy();
      }
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
