import { fullJitterMs, retryAfterMs } from '../../platform/backoff.ts';
import type { Clock } from '../../platform/clock.ts';
import { codeOf, messageOf } from '../../platform/errors.ts';
import type { CachedSecret } from '../../platform/secrets.ts';
import { RegistryUnavailableError } from './registry.ts';

export interface RegistryCredentials {
  username: string;
  password: string;
}

export interface RegistryConnection {
  /** Base of the API; Apicurio's ends in `/apis/ccompat/v7`. */
  url: string;
  /** Undefined: the registry asks for none. Read anew when it refuses them, in case they were rotated. */
  credentials?: CachedSecret<RegistryCredentials> | undefined;
  clock: Clock;
  /** How long one try may take: 5 s (contract §3). */
  tryTimeoutMs?: number;
}

export interface RegistryRequest {
  method: 'GET' | 'POST';
  /** Below the base. */
  path: string;
  body?: Uint8Array;
}

export interface RegistryAnswer {
  status: number;
  /** Undefined: the answer was no JSON. */
  json: unknown;
}

const TRIES = 3;
const TRY_TIMEOUT_MS = 5000;
const BACKOFF = { firstDelayMs: 200, maxDelayMs: 2000 };
const ACCEPT = 'application/vnd.schemaregistry.v1+json, application/json';

/**
 * Three tries for 408, 429, 5xx, time-out and reset, with exponential backoff and full jitter, or after the wait that the
 * registry asks for. Neither a try nor a wait goes beyond `deadlineMs`; a longer `Retry-After` is handed to the caller.
 * Resolves with any other answer. Throws RegistryUnavailableError.
 */
export async function registryRequest(
  connection: RegistryConnection,
  request: RegistryRequest,
  deadlineMs: number,
): Promise<RegistryAnswer> {
  const { clock, credentials } = connection;
  for (let tried = 1; ; tried += 1) {
    const result = await tryOnce(connection, request, deadlineMs);
    if (!(result instanceof RegistryUnavailableError)) {
      if (result.status !== 401 || tried >= TRIES || !(await wereRotated(credentials))) return result;
      continue;
    }
    const waitMs = result.retryAfterMs ?? fullJitterMs(tried - 1, BACKOFF);
    if (tried >= TRIES || clock.nowMs() + waitMs >= deadlineMs) throw result;
    await clock.sleep(waitMs);
  }
}

/** A secret that cannot be read anew has not changed, as far as is known: the refusal is what to report. */
const wereRotated = (credentials: RegistryConnection['credentials']): Promise<boolean> =>
  credentials === undefined ? Promise.resolve(false) : credentials.refetch().catch(() => false);

/** The time-out covers connecting, sending and reading the whole answer, and runs on the real clock: it bounds the network. */
async function tryOnce(
  { url, credentials, clock, tryTimeoutMs = TRY_TIMEOUT_MS }: RegistryConnection,
  { method, path, body }: RegistryRequest,
  deadlineMs: number,
): Promise<RegistryAnswer | RegistryUnavailableError> {
  const what = `${method} ${path}`;
  const authorization = credentials && basic(await credentials.get());
  const timeoutMs = Math.min(tryTimeoutMs, deadlineMs - clock.nowMs());
  if (timeoutMs <= 0) return new RegistryUnavailableError(`${what}: no time was left to ask the schema registry`);
  const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
  try {
    const response = await fetch(url.replace(/\/+$/, '') + path, {
      method,
      headers: {
        accept: ACCEPT,
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: Buffer.from(body) }),
      redirect: 'manual', // a redirect would carry the credentials to an address nobody configured
      signal,
    });
    const { status } = response;
    const json = parseJson(await response.text());
    if (status !== 408 && status !== 429 && status < 500) return { status, json };
    const waitMs = retryAfterMs(response.headers.get('retry-after'), clock.nowMs());
    return new RegistryUnavailableError(`${what}: the schema registry answered ${status}`, waitMs);
  } catch (error) {
    const reason = signal.aborted ? `no answer within ${timeoutMs} ms` : failureOf(error);
    return new RegistryUnavailableError(`${what}: the schema registry cannot be reached: ${reason}`, undefined, error);
  }
}

const basic = ({ username, password }: RegistryCredentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch says "fetch failed" and hides the reason in `cause`. */
function failureOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return `${codeOf(cause)}: ${messageOf(cause)}`;
}
