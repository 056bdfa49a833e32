import type { Clock } from '../platform/clock.ts';

export interface RateLimiter {
  /**
   * Resolves with 0 when one request may go out, in the order of the calls. When that would be later than `deadlineMs`:
   * at once, with the milliseconds it would have taken.
   */
  take(deadlineMs: number): Promise<number>;
  /** Nobody goes before `untilMs` (a 429's `Retry-After` is meant for the client, not for the one request that got it). */
  pause(untilMs: number): void;
}

export interface RateLimiterSettings {
  ratePerSecond: number;
  /** Tokens that an idle bucket holds; in any span of t seconds at most `burst` + `ratePerSecond` · t requests go out (t to the ms). */
  burst?: number;
  clock: Clock;
}

/**
 * Token bucket, kept as the instant at which the bucket would be full again (GCRA), so it needs no timer. One per client id
 * and process: CXone counts all processes of a client id together and answers 429 when they exceed its limit as a sum,
 * which the client honours.
 */
export function createRateLimiter({ ratePerSecond, burst = 1, clock }: RateLimiterSettings): RateLimiter {
  const intervalMs = 1000 / ratePerSecond;
  const slackMs = intervalMs * (burst - 1);
  let fullAtMs = Number.NEGATIVE_INFINITY;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;

  return {
    async take(deadlineMs) {
      for (;;) {
        const nowMs = clock.nowMs();
        const startMs = Math.max(nowMs, pausedUntilMs, fullAtMs - slackMs);
        if (startMs > deadlineMs) return startMs - nowMs;
        fullAtMs = Math.max(fullAtMs, startMs) + intervalMs;
        if (startMs > nowMs) await clock.sleep(Math.ceil(startMs - nowMs));
        if (pausedUntilMs <= clock.nowMs()) return 0; // else a 429 came in meanwhile: a new place after the pause
      }
    },
    pause(untilMs) {
      pausedUntilMs = Math.max(pausedUntilMs, untilMs);
    },
  };
}
