import type { CxoneCredentials } from './credentials.ts';
import { messageIn, toCxoneError } from './failures.ts';
import { tokenRequest } from './oauth-request.ts';
import { type RetryDependencies, sendWithRetries } from './retries.ts';
import type { CxoneApiSettings } from './settings.ts';
import type { Grant } from './token-store.ts';
import { CxoneError } from './types.ts';

/**
 * Lifetime when `expires_in` is missing or makes no sense. Short on purpose: too short costs a token call every few minutes,
 * too long costs a 401 on an API call (which the client survives by renewing).
 */
export const FALLBACK_LIFETIME_SECONDS = 600;
/** However long CXone says: a token is renewed at least daily. */
const MAX_LIFETIME_SECONDS = 86_400;
const ATTEMPTS = 3;

export interface TokenCall {
  api: CxoneApiSettings;
  credentials: CxoneCredentials;
  /** Named in the error, so that the reader knows where to look. */
  credentialsName: string;
  deadlineMs: number;
}

/**
 * Asks CXone for a new token.
 * @throws CxoneError `unauthorized` when CXone refuses the credentials (not retried), `throttled`, or `failed` when it cannot
 * answer; never `unknown`, since a token call that is executed late harms nobody
 */
export async function requestToken(call: TokenCall, deps: RetryDependencies): Promise<Grant> {
  const { api, credentials } = call;
  const request = tokenRequest(api, credentials);
  const secrets = [credentials.clientSecret, request.headers.authorization ?? ''];
  let sentAtMs = deps.clock.nowMs();
  const result = await sendWithRetries(
    {
      build: async () => request,
      attempts: ATTEMPTS,
      deadlineMs: call.deadlineMs,
      retryUnauthorized: false,
    },
    {
      ...deps,
      fetch: (...args) => {
        sentAtMs = deps.clock.nowMs(); // the lifetime counts from before the call: never believed longer than it is
        return deps.fetch(...args);
      },
    },
  );
  const path = new URL(request.url).pathname;
  const { last } = result;
  if (last?.kind !== 'answer' || last.status < 200 || last.status > 299) {
    const error = toCxoneError('POST', path, result, secrets);
    if (error.failure === 'throttled' || error.failure === 'failed') throw error;
    if (error.failure === 'unknown') throw new CxoneError('failed', error.message);
    throw credentialsRefused(call, path, error, secrets);
  }
  return readGrant(last.body, path, sentAtMs);
}

function credentialsRefused(call: TokenCall, path: string, error: CxoneError, secrets: string[]): CxoneError {
  const said = messageIn(error.body, secrets);
  return new CxoneError(
    'unauthorized',
    `POST ${path}: CXone refused the credentials with ${error.status}${said === '' ? '' : `: ${said}`}. Check CXONE_CLIENT_ID and ` +
      `CXONE_CLIENT_SECRET (secret ${call.credentialsName}), cxone.authStyle (now "${call.api.authStyle}"), cxone.authBaseUrl, ` +
      'cxone.tokenPath and cxone.scopes',
    error.status === undefined ? {} : { status: error.status },
  );
}

/** `{access_token, token_type, expires_in}`; the body is never quoted, it may hold a token. */
function readGrant(body: unknown, path: string, obtainedAtMs: number): Grant {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const accessToken = fields.access_token;
  if (typeof accessToken !== 'string' || !/^[\x21-\x7e]+$/.test(accessToken))
    throw new CxoneError('failed', `POST ${path}: the answer holds no usable access_token; check cxone.tokenPath`);
  const lifetimeSeconds = lifetimeOf(fields.expires_in);
  return { accessToken, obtainedAtMs, expiresAtMs: obtainedAtMs + lifetimeSeconds * 1000 };
}

function lifetimeOf(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'string' && expiresIn.trim() !== '' ? Number(expiresIn) : expiresIn;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0) return FALLBACK_LIFETIME_SECONDS;
  return Math.min(seconds, MAX_LIFETIME_SECONDS);
}
