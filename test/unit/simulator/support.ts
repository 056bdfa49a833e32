import type { SimulatorOptions } from '../../../local/simulator/options.ts';
import { type RunningSimulator, startCxoneSimulator } from '../../../local/simulator/server.ts';

export interface Answered {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

export interface Simulated extends RunningSimulator {
  /** One call with a valid token. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
}

export async function simulated(options: Partial<SimulatorOptions> = {}): Promise<Simulated> {
  const running = await startCxoneSimulator({ apiRequestsPerSecond: 10_000, ...options });
  let token = '';
  const raw = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(running.url + path, { method, headers, ...text });
    const answered = await response.text();
    return {
      status: response.status,
      body: answered === '' ? {} : (JSON.parse(answered) as Record<string, unknown>),
      headers: response.headers,
    };
  };
  return {
    ...running,
    async call(method, path, body, headers) {
      if (token === '') {
        const { clientId, clientSecret } = running.simulator.state.options;
        const asked = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
        token = String((await raw('POST', '/oauth/token', asked)).body.access_token);
      }
      return raw(method, path, body, { authorization: `Bearer ${token}`, ...headers });
    },
  };
}
