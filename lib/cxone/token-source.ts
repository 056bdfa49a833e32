import { messageOf } from '../platform/errors.ts';
import type { CxoneCredentials } from './credentials.ts';
import type { CxoneClientSettings } from './settings.ts';
import { createTokenRenewal, credentialKey, type TokenChoice } from './token-renewal.ts';
import type { StoredToken } from './token-store.ts';
import { CxoneError } from './types.ts';

/** Where clients and the refresher get the one token that all processes share. */
export interface TokenSource {
  /**
   * A token that holds; renewed first when it is due.
   * @throws CxoneError `unauthorized`, `throttled` or `failed`
   */
  current(): Promise<StoredToken>;
  /** After a 401: another token than `refused`: the stored one when that is newer already, else a renewed one. */
  replacing(refused: StoredToken): Promise<StoredToken>;
}

export interface TokenSourceOptions {
  /** How long before its end a token is due, in ms. */
  marginMs: (token: StoredToken) => number;
  /** Whether a failed renewal is passed over while the old token holds. The refresher must report it instead. */
  surviveFailedRenewal: boolean;
}

const FIVE_MINUTES_MS = 300_000;
const ELEVEN_MINUTES_MS = 660_000;
/** After a failed renewal that was passed over, the old token serves for so long before the next one is tried. */
const RETRY_RENEWAL_AFTER_MS = 30_000;

const halfLifetimeMs = (token: StoredToken): number => (token.expiresAtMs - token.obtainedAtMs) / 2;

/** Clients renew at 300 s (contract §4), which the refresher normally forestalls; short-lived tokens at half their life. */
const CLIENT_OPTIONS: TokenSourceOptions = {
  marginMs: (token) => Math.min(FIVE_MINUTES_MS, halfLifetimeMs(token)),
  surviveFailedRenewal: true,
};

/** The refresher, every 5 minutes, renews at 660 s, so that a client never meets fewer than 300 s while it works. */
export const REFRESHER_OPTIONS: TokenSourceOptions = {
  marginMs: (token) => Math.min(ELEVEN_MINUTES_MS, halfLifetimeMs(token)),
  surviveFailedRenewal: false,
};

/**
 * Keeps the token in this process, so that a call costs no DynamoDB read, and lets at most one renewal of this process
 * be under way. The store is asked again when the token is due or was refused.
 */
export function createTokenSource(settings: CxoneClientSettings, options = CLIENT_OPTIONS): TokenSource {
  const { credentials, clock } = settings;
  const obtain = createTokenRenewal(settings);
  let cached: { credential: string; token: StoredToken } | undefined;
  let refused: StoredToken | undefined;
  let renewNotBeforeMs = Number.NEGATIVE_INFINITY;
  let inFlight: Promise<StoredToken> | undefined;

  const isRefused = (token: StoredToken): boolean =>
    token.version === refused?.version && token.accessToken === refused.accessToken;
  const isUsable = (token: StoredToken): boolean => !isRefused(token) && token.expiresAtMs > clock.nowMs();
  const isFit = (token: StoredToken): boolean =>
    isUsable(token) &&
    (token.expiresAtMs - clock.nowMs() > options.marginMs(token) || clock.nowMs() < renewNotBeforeMs);
  const surviveFailure = (): boolean => {
    if (options.surviveFailedRenewal) renewNotBeforeMs = clock.nowMs() + RETRY_RENEWAL_AFTER_MS;
    return options.surviveFailedRenewal;
  };
  const choice: TokenChoice = { isFit, isUsable, surviveFailure };

  const fill = async (secret: CxoneCredentials): Promise<StoredToken> => {
    const token = await obtain(secret, choice);
    cached = { credential: credentialKey(settings, secret), token };
    return token;
  };
  /** What the secret is by now, if it is another than `old`; it may be that someone else has just read it anew. */
  const rotated = async (old: CxoneCredentials): Promise<CxoneCredentials | undefined> => {
    await credentials.refetch();
    const now = await credentials.get();
    return now.clientId === old.clientId && now.clientSecret === old.clientSecret ? undefined : now;
  };
  /** Refused credentials may have been rotated since they were cached: fetched anew once, then tried once more. */
  const fillWithRotation = async (): Promise<StoredToken> => {
    const secret = await credentials.get();
    try {
      return await fill(secret);
    } catch (error) {
      if (!(error instanceof CxoneError) || error.failure !== 'unauthorized') throw error;
      const next = await rotated(secret).catch((cause: unknown) => {
        settings.log.warn('cxone secret not read anew after CXone refused it', { reason: messageOf(cause) });
      });
      if (next === undefined) throw error; // it names what to check
      return fill(next);
    }
  };
  const shared = async (): Promise<StoredToken> => {
    try {
      if (cached && isFit(cached.token) && cached.credential === credentialKey(settings, await credentials.get()))
        return cached.token;
      inFlight ??= fillWithRotation().finally(() => {
        inFlight = undefined;
      });
      return await inFlight;
    } catch (error) {
      // the token store or the secret cannot be read: a token that holds goes on serving
      if (cached && isUsable(cached.token) && !(error instanceof CxoneError) && surviveFailure()) return cached.token;
      throw asCxoneError(error);
    }
  };

  return {
    current: shared,
    async replacing(token) {
      refused = token;
      const next = await shared();
      // a flight that read the store before the refusal was known may bring the same token back: look once more
      return isRefused(next) ? shared() : next;
    },
  };
}

function asCxoneError(error: unknown): CxoneError {
  if (error instanceof CxoneError) return error;
  return new CxoneError('failed', `no token: ${messageOf(error)}`, { cause: error });
}
