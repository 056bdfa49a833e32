import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dncApiOf } from '../../../../functions/dnc-batcher/dnc-api.ts';
import { createCxoneClient } from '../../../../lib/cxone/client.ts';
import type { Clock } from '../../../../lib/platform/clock.ts';
import { parseStage } from '../../../../lib/stage/parse.ts';
import { createCxoneSimulator } from '../../../../local/simulator/create-simulator.ts';
import { clientSettings } from '../../../support/cxone-client.ts';

export const GROUP_ID = '4711';

/** CXone's simulator behind the real client and adapter, all by one clock: an hour's wait takes no time. */
export async function startSimulatedCxone(clock: Clock, dnc: Record<string, unknown>) {
  const simulator = createCxoneSimulator({}, clock);
  const server = createServer((request, response) => {
    response.sendDate = false;
    response.setHeader('date', new Date(clock.nowMs()).toUTCString());
    simulator.handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stage = parseStage('test', { dnc, cxone: { baseUrl: url, authStyle: 'json' } });
  const client = createCxoneClient(clientSettings(url, { clock, api: stage.cxone }));
  return {
    simulator,
    api: dncApiOf(stage, client),
    /** Requests to the Do-Not-Call endpoints. */
    requests: () => simulator.requests().filter(({ path }) => /outbound\/contacts|dnc-groups/.test(path)),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
export type SimulatedCxone = Awaited<ReturnType<typeof startSimulatedCxone>>;
