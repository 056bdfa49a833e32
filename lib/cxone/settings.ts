import type { BackoffSettings } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import { ConfigError } from '../platform/errors.ts';
import type { Log } from '../platform/logging.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { CachedSecret } from '../platform/secrets.ts';
import type { CxoneCredentials } from './credentials.ts';
import type { RetryDependencies } from './retries.ts';
import type { TokenStore } from './token-store.ts';
import type { Fetch } from './transport.ts';

export type AuthStyle = 'basic' | 'json' | 'form' | 'access-key';

/** What the stage file says about CXone (`stage.cxone` fits). */
export interface CxoneApiSettings {
  /** Null means that nobody has set it; refused when the client is made. */
  baseUrl: string | null;
  /** Null: the same as `baseUrl`. */
  authBaseUrl: string | null;
  authStyle: AuthStyle;
  /** Null: the style's own (contract §4). */
  tokenPath: string | null;
  /** Asked for in style `basic`; the other styles' requests have no place for them. */
  scopes: string[];
  requestsPerSecond: number;
}

export interface CxoneClientSettings {
  api: CxoneApiSettings;
  credentials: CachedSecret<CxoneCredentials>;
  /** Where the credentials are kept, to name it in errors: the secret's name. */
  credentialsName: string;
  tokenStore: TokenStore;
  clock: Clock;
  log: Log;
  /** Counts `CxoneRequests` with dimension `outcome` (`success` or the failure), one for each request. */
  metrics?: Metrics;
  /** Told of every HTTP request to CXone, repeats and token calls included. */
  onTry?: RetryDependencies['onTry'];
  fetch?: Fetch;
  random?: () => number;
  /** Before the second try; default 500 ms, doubling up to 20 s, full jitter. */
  backoff?: BackoffSettings;
  /** A longer `Retry-After` ends the request as `throttled`; default 60,000. */
  maxRetryAfterMs?: number;
  /** Token calls; default 10 (contract §4). */
  tokenRequestsPerSecond?: number;
  /** How long one renewal may take before another process takes over; default 30,000. */
  renewalLeaseMs?: number;
}

/** @throws ConfigError when the stage has no CXone address */
export function baseUrlOf({ baseUrl }: CxoneApiSettings): string {
  if (baseUrl === null)
    throw new ConfigError('cxone.baseUrl', 'is not set; put the address of CXone into the stage file');
  return withoutTrailingSlash(baseUrl);
}

const DEFAULT_TOKEN_PATHS: Record<AuthStyle, string> = {
  basic: '/oauth/token',
  json: '/oauth/token',
  form: '/api/v2/oauth/token',
  'access-key': '/authentication/v1/token/access-key',
};

export function tokenUrlOf(api: CxoneApiSettings): string {
  const base = api.authBaseUrl === null ? baseUrlOf(api) : withoutTrailingSlash(api.authBaseUrl);
  return base + (api.tokenPath ?? DEFAULT_TOKEN_PATHS[api.authStyle]);
}

const withoutTrailingSlash = (url: string): string => url.replace(/\/+$/, '');

export const DEFAULT_BACKOFF: BackoffSettings = { firstDelayMs: 500, maxDelayMs: 20_000 };
export const DEFAULT_MAX_RETRY_AFTER_MS = 60_000;
