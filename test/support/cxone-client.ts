import type { CxoneClientSettings } from '../../lib/cxone/settings.ts';
import { DEFAULT_OPTIONS } from '../../local/simulator/options.ts';
import { fakeClock } from './clock.ts';
import { recordingLog } from './log.ts';
import { memoryTokenStore } from './memory-token-store.ts';

/** Settings of a client of the simulator at `url`; what a test is about goes into `changes`. */
export function clientSettings(
  url: string,
  changes: Partial<Omit<CxoneClientSettings, 'api'>> & { api?: Partial<CxoneClientSettings['api']> } = {},
): CxoneClientSettings {
  const { clientId, clientSecret } = DEFAULT_OPTIONS;
  return {
    credentials: fixedCredentials(clientId, clientSecret),
    credentialsName: 'cxone-relay/test/cxone',
    tokenStore: memoryTokenStore(),
    clock: fakeClock(Date.now()),
    log: recordingLog(),
    ...changes,
    api: {
      baseUrl: url,
      authBaseUrl: null,
      authStyle: 'json',
      tokenPath: null,
      scopes: [],
      requestsPerSecond: 50,
      ...changes.api,
    },
  };
}

export function fixedCredentials(clientId: string, clientSecret: string): CxoneClientSettings['credentials'] {
  return { get: async () => ({ clientId, clientSecret }), refetch: async () => false };
}
