import { connect, createServer, type Socket } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** Half of it on the way there, half on the way back would need finer timers than there are: all of it is before the answer. */
const DELAY_MS = 1;

export interface DelayProxy {
  port: number;
  stop(): Promise<void>;
}

/** Makes a server on loopback 1 ms away. In a thread of its own, so that the measured client's work delays nothing. */
export async function startDelayProxy(targetPort: number): Promise<DelayProxy> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { delayTarget: targetPort } });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { port, stop: async () => void (await worker.terminate()) };
}

function serve(targetPort: number): void {
  const server = createServer({ noDelay: true }, (client) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    passOn(client, target, 0);
    passOn(target, client, DELAY_MS);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') parentPort?.postMessage(address.port);
  });
}

function passOn(from: Socket, to: Socket, delayMs: number): void {
  from.on('data', (chunk) => {
    if (delayMs === 0) to.write(chunk);
    else setTimeout(() => to.writable && to.write(chunk), delayMs);
  });
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}

const target: unknown = parentPort === null ? undefined : workerData?.delayTarget;
if (typeof target === 'number') serve(target);
