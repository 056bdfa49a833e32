import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

/** All connections of one producer, so that they can be cut at once. */
export interface KafkaSockets {
  factory: ISocketFactory;
  /**
   * Resets every connection (TCP RST: what is still in the kernel's send buffer is dropped, not delivered later as by an
   * ordinary close) and refuses new ones for good.
   */
  cut(): void;
  isCut(): boolean;
}

interface OpenSocket {
  tcp: Socket;
  /** What kafkajs reads from and writes to: the TCP socket, or TLS over it. */
  facing: Socket;
}

const KEEP_ALIVE_DELAY_MS = 60_000;

export function createKafkaSockets(): KafkaSockets {
  const open = new Set<OpenSocket>();
  let closedForGood = false;

  return {
    factory({ host, port, ssl, onConnect }) {
      if (closedForGood) throw new Error('this producer has been thrown away');
      const tcp = connectTcp({
        host,
        port,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS,
        noDelay: true,
      });
      const entry: OpenSocket = {
        tcp,
        facing: ssl ? overTls(tcp, host, ssl, onConnect) : tcp.once('connect', onConnect),
      };
      open.add(entry);
      tcp.once('close', () => open.delete(entry));
      return entry.facing;
    },
    cut() {
      closedForGood = true;
      for (const { tcp, facing } of open) {
        // ended: kafkajs has closed it already, after the broker had or with nothing under way; a reset would be refused
        if (tcp.connecting || tcp.writableEnded || facing.writableEnded) tcp.destroy();
        else tcp.resetAndDestroy();
        // a reset of our own emits `close` alone, which kafkajs does not listen to: it would wait for its request time-out
        facing.emit('error', new Error('the producer was thrown away'));
      }
      open.clear();
    },
    isCut: () => closedForGood,
  };
}

function overTls(tcp: Socket, host: string, ssl: object, onConnect: () => void): Socket {
  const servername = isIP(host) ? {} : { servername: host };
  const secure = connectTls({ ...servername, ...ssl, socket: tcp }, onConnect);
  tcp.on('error', (error) => secure.destroy(error));
  return secure;
}
