import type { TokenSource } from '../../lib/cxone/token-source.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import { codeOf, messageOf } from '../../lib/platform/errors.ts';
import type { Log } from '../../lib/platform/logging.ts';
import type { Metrics } from '../../lib/platform/metrics.ts';

export interface TokenRefresherDeps {
  /** A source with an empty cache, one for each run: what is judged is the shared token, not what this process remembers. */
  createTokens(): TokenSource;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface TokenRefresherResult {
  /** The shared token was renewed during this run (by this run, or by a client that was quicker). */
  renewed: boolean;
  secondsLeft: number;
  version: number;
}

/**
 * Keeps CXone's token fresh, so that no client has to wait for one (design §7). Metrics `TokenAgeSeconds` and
 * `TokenRefreshFailures` (0 or 1). A failure is logged, counted and thrown: the run then also counts in Lambda's own
 * `Errors`, and whoever invoked it by hand sees why. The next run is the retry; no asynchronous retries are needed.
 */
export function createHandler({ createTokens, clock, log, metrics }: TokenRefresherDeps) {
  return async (): Promise<TokenRefresherResult> => {
    const startedAtMs = clock.nowMs();
    try {
      const token = await createTokens().current();
      const nowMs = clock.nowMs();
      const result = {
        renewed: token.obtainedAtMs >= startedAtMs,
        secondsLeft: Math.floor((token.expiresAtMs - nowMs) / 1000),
        version: token.version,
      };
      metrics.add('TokenAgeSeconds', Math.max(0, (nowMs - token.obtainedAtMs) / 1000), 'Seconds');
      metrics.add('TokenRefreshFailures', 0);
      log.info(result.renewed ? 'cxone token renewed' : 'cxone token still fresh', { ...result });
      return result;
    } catch (error) {
      metrics.add('TokenRefreshFailures', 1);
      log.error('cxone token not renewed', { code: codeOf(error), reason: messageOf(error) });
      throw error;
    }
  };
}
