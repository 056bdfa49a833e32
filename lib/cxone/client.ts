import { within } from '../platform/within.ts';
import { toCxoneError } from './failures.ts';
import { createRateLimiter } from './limiter.ts';
import { type RetryDependencies, sendWithRetries } from './retries.ts';
import { baseUrlOf, type CxoneClientSettings, DEFAULT_BACKOFF, DEFAULT_MAX_RETRY_AFTER_MS } from './settings.ts';
import { createTokenSource } from './token-source.ts';
import type { StoredToken } from './token-store.ts';
import type { HttpRequest } from './transport.ts';
import { type CxoneAnswer, type CxoneClient, CxoneError, type CxoneRequest } from './types.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_ATTEMPTS = 3;

/**
 * The one way to CXone's API: token, limiter, time-outs, retries, the forced renewal on 401 and the naming of failures
 * (contract §4). One client per process and credential, so that the limiter sees all its calls.
 * @throws ConfigError when `cxone.baseUrl` is not set
 */
export function createCxoneClient(settings: CxoneClientSettings): CxoneClient {
  const base = baseUrlOf(settings.api);
  const tokens = createTokenSource(settings);
  const deps = apiDependencies(settings);

  const send = async (request: CxoneRequest): Promise<CxoneAnswer> => {
    const url = urlOf(base, request);
    const deadlineMs = request.deadlineMs ?? Number.POSITIVE_INFINITY;
    const inTime = <T>(work: Promise<T>) => beforeDeadline(work, deadlineMs - settings.clock.nowMs());
    let token: StoredToken | undefined;
    const result = await sendWithRetries(
      {
        build: async (afterUnauthorized) => {
          const refused = afterUnauthorized ? token : undefined;
          token = await inTime(refused === undefined ? tokens.current() : tokens.replacing(refused));
          return httpRequest(request, url, token.accessToken);
        },
        attempts: request.attempts ?? DEFAULT_ATTEMPTS,
        deadlineMs,
        retryUnauthorized: true,
      },
      deps,
    );
    const { last, openTries, tokenError } = result;
    if (tokenError !== undefined) throw withOpenTries(tokenError, openTries);
    if (last?.kind === 'answer' && last.status >= 200 && last.status < 300) {
      const { status, headers, body } = last;
      return { status, headers, body, ...(openTries === 0 ? {} : { openTries }) };
    }
    const secrets = [...(token === undefined ? [] : [token.accessToken]), ...(request.secrets ?? [])];
    throw toCxoneError(request.method, new URL(url).pathname, result, secrets);
  };

  return {
    async request(request) {
      try {
        const answer = await send(request);
        settings.metrics?.add('CxoneRequests', 1, 'Count', { outcome: 'success' });
        return answer;
      } catch (error) {
        const outcome = error instanceof CxoneError ? error.failure : 'failed';
        settings.metrics?.add('CxoneRequests', 1, 'Count', { outcome });
        throw error;
      }
    },
  };
}

function apiDependencies(settings: CxoneClientSettings): RetryDependencies {
  const { clock, api } = settings;
  return {
    fetch: settings.fetch ?? fetch,
    clock,
    random: settings.random ?? Math.random,
    limiter: createRateLimiter({ ratePerSecond: api.requestsPerSecond, clock }),
    backoff: settings.backoff ?? DEFAULT_BACKOFF,
    maxRetryAfterMs: settings.maxRetryAfterMs ?? DEFAULT_MAX_RETRY_AFTER_MS,
    onTry: settings.onTry,
  };
}

/** No token for a further try does not undo that an earlier one may still be executed. */
function withOpenTries(error: unknown, openTries: number): unknown {
  if (openTries === 0 || !(error instanceof CxoneError)) return error;
  return new CxoneError(error.failure, error.message, { openTries, cause: error });
}

/** Absolute URLs come from CXone's answers (`nextPage`); one of another origin would hand it the token. */
function urlOf(base: string, { method, path }: CxoneRequest): string {
  if (!/^https?:\/\//i.test(path)) return `${base}${path.startsWith('/') ? '' : '/'}${path}`;
  const { origin } = new URL(base);
  if (new URL(path).origin === origin) return path;
  throw new CxoneError('refused', `${method} ${new URL(path).origin}: not sent, the token is for ${origin} only`);
}

function httpRequest(request: CxoneRequest, url: string, accessToken: string): HttpRequest {
  const json = request.json === undefined ? undefined : JSON.stringify(request.json);
  return {
    method: request.method,
    url,
    headers: {
      ...request.headers,
      accept: 'application/json',
      authorization: `Bearer ${accessToken}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: json }),
    timeoutMs: request.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
}

/** Waiting for a token ends at the deadline; the renewal itself goes on, others may wait for it too. */
const beforeDeadline = <T>(work: Promise<T>, leftMs: number): Promise<T> =>
  within(Math.max(0, leftMs), work, () => new CxoneError('failed', 'not sent: no token before the deadline'));
