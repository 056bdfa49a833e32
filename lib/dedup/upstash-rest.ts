import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { type Clock, systemClock } from '../platform/clock.ts';

export interface UpstashCredentials {
  /** https://….upstash.io, or any server that speaks Upstash's REST form. */
  url: string;
  token: string;
}

/** Runs one command; the reply as JSON has it. Rejects with the server's error text, or when `signal` ends it. No retries. */
export type UpstashCommand = (command: readonly string[], signal: AbortSignal) => Promise<unknown>;

/** A process that was frozen for longer must not send its first request into a connection that the server has forgotten. */
const MAX_IDLE_MS = 4_000;

/**
 * Upstash's REST form over one kept connection a call under way: what `@upstash/redis` is given to ask with. By itself it
 * asks by `fetch`, which loads undici: 30 ms of CPU before the router's first answer.
 */
export function createUpstashRest({ url, token }: UpstashCredentials, clock: Clock = systemClock): UpstashCommand {
  const secure = new URL(url).protocol === 'https:';
  const newAgent = () => (secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true }));
  let agent = newAgent();
  let lastUsedMs = clock.nowMs();
  let running = 0;

  const post = (body: string, signal: AbortSignal): Promise<IncomingMessage> => {
    if (running === 0 && clock.nowMs() - lastUsedMs > MAX_IDLE_MS) {
      agent.destroy();
      agent = newAgent();
    }
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(url, { method: 'POST', agent, headers, signal }, resolve);
      request.on('error', reject);
      request.end(body);
    });
  };

  return async (command, signal) => {
    signal.throwIfAborted();
    const answer = post(JSON.stringify(command), signal);
    running++;
    try {
      const response = await answer;
      return resultOf(response.statusCode ?? 0, await text(response));
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      running--;
      lastUsedMs = clock.nowMs();
    }
  };
}

function resultOf(status: number, body: string): unknown {
  const { result, error } = parsed(body);
  if (typeof error === 'string') throw new Error(error);
  if (status !== 200) throw new Error(status === 401 ? 'Unauthorized' : `Redis answered ${status}`);
  if (result === undefined) throw new Error('Redis answered without a result');
  return result;
}

function parsed(body: string): { result?: unknown; error?: unknown } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {}; // a proxy's page: the status says what there is to say
  }
}
