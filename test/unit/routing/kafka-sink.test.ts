import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createKafkaSink } from '../../../lib/routing/kafka-sink.ts';
import { numbered } from '../../contract/topic-sink.contract.ts';
import { recordingLog } from '../../support/log.ts';

const sinkOn = (port: number) =>
  createKafkaSink({
    brokers: [`127.0.0.1:${port}`],
    clientId: 'test',
    tls: false,
    sasl: { mechanism: 'none' },
    partitioner: 'murmur2',
    log: recordingLog(),
  });

/** A broker that takes connections and never says a word. */
async function silentBroker() {
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    socket.on('error', () => undefined).resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, connections, close: () => server.close() };
}

describe('Kafka sink without a usable broker', () => {
  it('rejects at its deadline, retryably, and leaves no connection behind', async () => {
    const broker = await silentBroker();
    const sink = sinkOn(broker.port);
    const startedMs = Date.now();
    const sent = sink.send('t', [numbered('k', 1)], startedMs + 500);
    await expect(sent).rejects.toMatchObject({ code: 'kafka-deadline', retryable: true });
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(499);
    const [connection] = broker.connections;
    if (connection && !connection.destroyed) await new Promise((resolve) => connection.once('close', resolve));
    expect(broker.connections).toHaveLength(1);
    await sink.close();
    broker.close();
  });

  it('makes a new producer for the send after a failed one', async () => {
    const broker = await silentBroker();
    const sink = sinkOn(broker.port);
    for (const n of [1, 2]) {
      const sent = sink.send('t', [numbered('k', n)], Date.now() + 300);
      await expect(sent).rejects.toMatchObject({ retryable: true });
    }
    expect(broker.connections).toHaveLength(2);
    await sink.close();
    broker.close();
  });

  it('does not touch the brokers when the deadline has passed already', async () => {
    const broker = await silentBroker();
    const sink = sinkOn(broker.port);
    const sent = sink.send('t', [numbered('k', 1)], Date.now() - 1);
    await expect(sent).rejects.toMatchObject({ code: 'kafka-deadline' });
    expect(broker.connections).toEqual([]);
    await sink.close();
    broker.close();
  });
});
