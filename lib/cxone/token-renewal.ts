import { createHash, randomUUID } from 'node:crypto';
import { fullJitterMs } from '../platform/backoff.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import type { CxoneCredentials } from './credentials.ts';
import { createRateLimiter } from './limiter.ts';
import { requestToken } from './oauth.ts';
import type { RetryDependencies } from './retries.ts';
import { type CxoneClientSettings, DEFAULT_BACKOFF, DEFAULT_MAX_RETRY_AFTER_MS, tokenUrlOf } from './settings.ts';
import type { RenewalLease, StoredToken } from './token-store.ts';
import { CxoneError } from './types.ts';

/** Which stored token is good enough; asked anew at every look, since a 401 may come in meanwhile. */
export interface TokenChoice {
  /** Nothing to do: take it. */
  isFit(token: StoredToken): boolean;
  /** Due for renewal, but CXone still takes it: used while another process renews. */
  isUsable(token: StoredToken): boolean;
  /** A renewal failed while a usable token stands: true goes on with that, false rejects. */
  surviveFailure(error: unknown): boolean;
}

/** Kept between the last token try's end and the lease's, for clocks that differ a little. */
const LEASE_MARGIN_MS = 2000;
const POLL = { firstDelayMs: 100, maxDelayMs: 1000 };
const DEFAULT_LEASE_MS = 30_000;

export type ObtainToken = (secret: CxoneCredentials, choice: TokenChoice) => Promise<StoredToken>;

/**
 * Reads the shared token and renews it when it is not fit: under the store's lease, so that of all processes one calls CXone and the
 * others wait for its write (polling with backoff) or, when it dies, for its lease to lapse. Bound: two leases, then
 * CxoneError `failed`.
 */
export function createTokenRenewal(settings: CxoneClientSettings): ObtainToken {
  const { tokenStore: store, clock, log, renewalLeaseMs = DEFAULT_LEASE_MS } = settings;
  const deps = tokenCallDependencies(settings);

  /** Holding the lease: one token call, over well before the lease is, and one conditional write. Undefined: lease lost. */
  const renew = async (credential: string, secret: CxoneCredentials, lease: RenewalLease) => {
    try {
      const call = { api: settings.api, credentials: secret, credentialsName: settings.credentialsName };
      const grant = await requestToken({ ...call, deadlineMs: lease.untilMs - LEASE_MARGIN_MS }, deps);
      const stored = await store.write(credential, lease, grant);
      if (stored === undefined) log.warn('cxone token not stored: the lease lapsed meanwhile, another process has it');
      else log.info('cxone token stored', { version: stored.version, lifetimeSeconds: lifetimeSecondsOf(stored) });
      return stored;
    } catch (error) {
      await store.release(credential, lease).catch((cause: unknown) => {
        log.warn('cxone token lease not given back; it lapses by itself', { reason: messageOf(cause) });
      });
      throw error;
    }
  };

  return async (secret, choice) => {
    const credential = credentialKey(settings, secret);
    const giveUpAtMs = clock.nowMs() + 2 * renewalLeaseMs;
    for (let poll = 0; ; poll += 1) {
      const stored = await store.read(credential);
      if (stored !== undefined && choice.isFit(stored)) return stored;
      const usable = stored !== undefined && choice.isUsable(stored) ? stored : undefined;
      const nowMs = clock.nowMs();
      const lease = { owner: randomUUID(), version: stored?.version ?? 0, untilMs: nowMs + renewalLeaseMs };
      if (await store.acquire(credential, lease, nowMs)) {
        const renewed = await renew(credential, secret, lease).catch((error: unknown) => {
          if (usable === undefined || !choice.surviveFailure(error)) throw error;
          log.warn('cxone token not renewed; the present one still holds', {
            code: codeOf(error),
            reason: messageOf(error),
          });
          return usable;
        });
        if (renewed !== undefined) return renewed;
      } else if (usable !== undefined) return usable;
      if (clock.nowMs() > giveUpAtMs)
        throw new CxoneError('failed', 'no token: another process has held the renewal for too long');
      await clock.sleep(20 + fullJitterMs(poll, POLL, settings.random));
    }
  };
}

const lifetimeSecondsOf = ({ expiresAtMs, obtainedAtMs }: StoredToken): number => (expiresAtMs - obtainedAtMs) / 1000;

/** Names the token's item: where it is from and whose it is. Hashed, since an access key's id is half a credential. */
export function credentialKey({ api }: CxoneClientSettings, { clientId }: CxoneCredentials): string {
  const url = tokenUrlOf(api);
  const identity = createHash('sha256')
    .update(JSON.stringify([url, api.authStyle, api.scopes, clientId]))
    .digest('hex');
  return `${new URL(url).host}#${identity.slice(0, 32)}`;
}

function tokenCallDependencies(settings: CxoneClientSettings): RetryDependencies {
  const { clock, tokenRequestsPerSecond = 10 } = settings;
  return {
    fetch: settings.fetch ?? fetch,
    clock,
    random: settings.random ?? Math.random,
    limiter: createRateLimiter({ ratePerSecond: tokenRequestsPerSecond, clock }),
    backoff: settings.backoff ?? DEFAULT_BACKOFF,
    maxRetryAfterMs: settings.maxRetryAfterMs ?? DEFAULT_MAX_RETRY_AFTER_MS,
    onTry: settings.onTry,
  };
}
