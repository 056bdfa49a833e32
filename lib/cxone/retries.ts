import { type BackoffSettings, fullJitterMs, retryAfterMs } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import type { RateLimiter } from './limiter.ts';
import { type Fetch, type HttpRequest, type TryResult, tryOnce } from './transport.ts';

export interface RetryDependencies {
  fetch: Fetch;
  clock: Clock;
  random: () => number;
  limiter: RateLimiter;
  backoff: BackoffSettings;
  /** A longer `Retry-After` is not waited for: the answer goes back to the caller, whose next run comes anyway. */
  maxRetryAfterMs: number;
  /** Told of every try. */
  onTry?: ((request: HttpRequest, result: TryResult) => void) | undefined;
}

export interface RetriedRequest {
  /** Called for every try, so that a renewed token goes into it. `afterUnauthorized`: the last one was refused with 401. */
  build: (afterUnauthorized: boolean) => Promise<HttpRequest>;
  /** Tries in all for 429, 5xx, time-out and reset. */
  attempts: number;
  deadlineMs: number;
  /** The first 401 is followed by one more try, which is not counted; else a 401 is final. */
  retryUnauthorized: boolean;
}

export interface RetriedResult {
  /** Undefined: the deadline or the limiter left no time for a single try; nothing was sent. */
  last: TryResult | undefined;
  /** Milliseconds to stay away, where the last answer said so or the limiter is closed. */
  retryAfterMs: number | undefined;
  /** Tries without an answer (or with 504): CXone may still execute them, even after a later try was answered. */
  openTries: number;
  /** Why no token could be had for the next try; that try was not made. */
  tokenError?: unknown;
}

/** A mistaken `Retry-After` must not silence a process for as long as it lives; after this CXone is asked again. */
const MAX_PAUSE_MS = 3_600_000;

/**
 * Contract §4's rules for one call: 429 waits `Retry-After`, else exponential backoff with full jitter; 5xx, time-out and
 * reset the same; anything else is final. No try begins and no wait lasts beyond the deadline.
 */
export async function sendWithRetries(request: RetriedRequest, deps: RetryDependencies): Promise<RetriedResult> {
  const { clock, limiter } = deps;
  const result: RetriedResult = { last: undefined, retryAfterMs: undefined, openTries: 0 };
  let unauthorized = false;
  for (let tried = 0; ; ) {
    let http: HttpRequest;
    try {
      http = await request.build(unauthorized && isUnauthorized(result.last));
    } catch (tokenError) {
      return { ...result, tokenError };
    }
    const slotInMs = await limiter.take(Math.min(request.deadlineMs, clock.nowMs() + deps.maxRetryAfterMs));
    if (slotInMs > 0) return { ...result, retryAfterMs: slotInMs };
    const leftMs = request.deadlineMs - clock.nowMs();
    if (leftMs <= 0) return result;
    const last = await tryOnce(deps.fetch, { ...http, timeoutMs: Math.min(http.timeoutMs, leftMs) });
    result.last = last;
    deps.onTry?.(http, last);
    result.retryAfterMs = waitAskedMs(last, clock);
    if (mayStillRun(last)) result.openTries += 1;
    if (result.retryAfterMs !== undefined) limiter.pause(clock.nowMs() + Math.min(result.retryAfterMs, MAX_PAUSE_MS));

    if (isUnauthorized(last) && request.retryUnauthorized && !unauthorized) {
      unauthorized = true;
      continue;
    }
    tried += 1;
    if (!isWorthRetrying(last) || tried >= request.attempts) return result;
    const waitMs = result.retryAfterMs ?? fullJitterMs(tried - 1, deps.backoff, deps.random);
    if (waitMs > deps.maxRetryAfterMs || clock.nowMs() + waitMs >= request.deadlineMs) return result;
    await clock.sleep(waitMs);
  }
}

const isUnauthorized = (result: TryResult | undefined): boolean => result?.kind === 'answer' && result.status === 401;

function isWorthRetrying(result: TryResult): boolean {
  return result.kind === 'broken' || result.status === 429 || result.status === 408 || result.status >= 500;
}

function mayStillRun(result: TryResult): boolean {
  return result.kind === 'broken' ? result.sent : result.status === 504;
}

/** An HTTP date is measured against the answer's own `Date`, so that a wrong clock on either side does no harm. */
function waitAskedMs(result: TryResult, clock: Clock): number | undefined {
  if (result.kind === 'broken' || (result.status !== 429 && result.status !== 503)) return undefined;
  const serverNowMs = Date.parse(result.headers.get('date') ?? '');
  return retryAfterMs(result.headers.get('retry-after'), Number.isNaN(serverNowMs) ? clock.nowMs() : serverNowMs);
}
