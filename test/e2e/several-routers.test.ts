import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.ts';
import { type RelayProcess, removeDirectory, startRelay } from './support/relay-process.ts';
import { send } from './support/webhook.ts';

/** More batches than the routers of any test here work at a time. */
const CONTACTS = 60;

/** A broker that takes connections and says nothing: a router with a batch hangs, on one connection of its own. */
interface SilentBroker {
  address: string;
  connections(): number;
  close(): Promise<void>;
}

async function startSilentBroker(): Promise<SilentBroker> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => open.size,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('with Kafka', () => {
  let broker: SilentBroker;
  let relay: RelayProcess | undefined;
  beforeEach(async () => {
    broker = await startSilentBroker();
  });
  afterEach(async () => {
    await relay?.kill();
    if (relay !== undefined) removeDirectory(relay.dataDirectory);
    await broker.close();
  });

  it.each([
    ['the two of no setting', {}, 2],
    ['as many as routerConcurrency says', { routerConcurrency: 4 }, 4],
  ])(
    'works %s batches at a time',
    async (_, stage, routers) => {
      relay = await startRelay({ environment: { KAFKA_BROKERS: broker.address }, stage });
      const target = relay;
      const events = Array.from({ length: CONTACTS }, (_, n) => `{"actionType":"QUEUE_TRANSFER","contactId":"c-${n}"}`);
      await Promise.all(events.map((event) => send(target, event)));
      await eventually(() => broker.connections() >= routers, broker.connections, 20_000);
      await sleep(1000); // a further router would have connected by now
      expect(broker.connections()).toBe(routers);
    },
    120_000,
  );
});
