import { type RunningSimulator, startCxoneSimulator } from '../../../local/simulator/server.ts';
import { type RelayOptions, type RelayProcess, startRelay } from './relay-process.ts';

/** A relay, and a CXone in this process, so that a test can look into it. */
export async function startRelayWithCxone(
  options: RelayOptions = {},
): Promise<{ cxone: RunningSimulator; relay: RelayProcess }> {
  const cxone = await startCxoneSimulator();
  const { clientId, clientSecret } = cxone.simulator.state.options;
  const environment = { CXONE_BASE_URL: cxone.url, CXONE_CLIENT_ID: clientId, CXONE_CLIENT_SECRET: clientSecret };
  try {
    return { cxone, relay: await startRelay({ ...options, environment: { ...environment, ...options.environment } }) };
  } catch (error) {
    await cxone.close();
    throw error;
  }
}
