import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from './clock.ts';
import { ConfigError, messageOf, UnavailableError } from './errors.ts';
import type { Log } from './logging.ts';

/** A secret that is kept for `ttlMs` and can be asked for anew when it seems to have been rotated. */
export interface CachedSecret<T> {
  /** The cached value, fetched when older than the TTL. A stale value is served while Secrets Manager is away. */
  get(): Promise<T>;
  /** After a mismatch: fetches at most once in `refetchEveryMs`; answers whether the value changed. */
  refetch(): Promise<boolean>;
}

export interface SecretSettings<T> {
  client: Pick<SecretsManagerClient, 'send'>;
  name: string;
  /** Throws when the JSON lacks what is needed; the message must not quote values. */
  parse: (json: unknown) => T;
  clock: Clock;
  /** Told when a refresh failed and the old value went on serving; log it. */
  onStale: (error: unknown) => void;
  ttlMs?: number;
  refetchEveryMs?: number;
}

const FIVE_MINUTES_MS = 300_000;
const THIRTY_SECONDS_MS = 30_000;

/** JSON secret `name` of Secrets Manager (design §7: cached 5 min; a mismatch refetches at most once in 30 s). */
export function cachedSecret<T>(settings: SecretSettings<T>): CachedSecret<T> {
  const { client, name, parse, clock, onStale, ttlMs = FIVE_MINUTES_MS, refetchEveryMs = THIRTY_SECONDS_MS } = settings;
  let cached: { text: string; value: T; fetchedAtMs: number } | undefined;
  let lastAttemptMs = Number.NEGATIVE_INFINITY;
  let inFlight: Promise<boolean> | undefined;

  const fetchOnce = async (): Promise<boolean> => {
    lastAttemptMs = clock.nowMs();
    const text = await readSecretText(client, name);
    const changed = text !== cached?.text;
    cached = {
      text,
      value: changed || !cached ? parse(parseSecret(name, text)) : cached.value,
      fetchedAtMs: lastAttemptMs,
    };
    return changed;
  };
  const fetchShared = (): Promise<boolean> => {
    inFlight ??= fetchOnce().finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  };

  return {
    async get() {
      if (!cached) {
        await fetchShared();
      } else if (clock.nowMs() - cached.fetchedAtMs >= ttlMs && clock.nowMs() - lastAttemptMs >= refetchEveryMs) {
        await fetchShared().catch(onStale); // the old value still serves; a mismatch will ask again
      }
      if (!cached) throw new UnavailableError('secret-unavailable', `secret ${name} could not be read`);
      return cached.value;
    },
    async refetch() {
      if (inFlight) return inFlight;
      if (clock.nowMs() - lastAttemptMs < refetchEveryMs) return false;
      return fetchShared();
    },
  };
}

export type SecretOf = <T>(name: string, parse: SecretSettings<T>['parse']) => CachedSecret<T>;

/** For composition roots: all secrets of a function by one client; a failed refresh is told to the log. */
export function secretsFrom(client: SecretSettings<unknown>['client'], clock: Clock, log: Log): SecretOf {
  return (name, parse) =>
    cachedSecret({
      client,
      name,
      parse,
      clock,
      onStale: (error) =>
        log.warn('secret not refreshed; the old value serves on', { secret: name, error: messageOf(error) }),
    });
}

async function readSecretText(client: Pick<SecretsManagerClient, 'send'>, name: string): Promise<string> {
  let text: string | undefined;
  try {
    text = (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
  } catch (cause) {
    throw new UnavailableError('secret-unavailable', `secret ${name} could not be read from Secrets Manager`, cause);
  }
  if (text === undefined) throw new ConfigError(name, 'the secret has no SecretString; store JSON text in it');
  return text;
}

function parseSecret(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(name, 'the secret is not JSON'); // no cause: it would quote the secret
  }
}
