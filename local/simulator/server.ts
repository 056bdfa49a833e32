import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCxoneSimulator } from './create-simulator.ts';
import type { SimulatorOptions } from './options.ts';
import type { CxoneSimulator } from './simulator.ts';

export interface RunningSimulator {
  readonly simulator: CxoneSimulator;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  close(): Promise<void>;
}

/** The simulator on a loopback port of its own (0: any free one). Requests still open are broken off by `close`. */
export async function startCxoneSimulator(
  options: Partial<SimulatorOptions> = {},
  port = 0,
): Promise<RunningSimulator> {
  const simulator = createCxoneSimulator(options);
  const server = createServer((request, response) => {
    simulator.handle(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined); // the client broke off while sending
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    simulator,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
