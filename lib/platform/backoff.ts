export interface BackoffSettings {
  firstDelayMs: number;
  maxDelayMs: number;
}

/** Delay before attempt `attempt` + 1 without jitter: first · 2^attempt, capped. `attempt` counts from 0. */
export function exponentialDelayMs(attempt: number, { firstDelayMs, maxDelayMs }: BackoffSettings): number {
  return Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt, 40));
}

/** Exponential backoff with full jitter: uniform in [0, exponentialDelay), so that clients of one fault spread out. */
export function fullJitterMs(attempt: number, settings: BackoffSettings, random: () => number = Math.random): number {
  return Math.floor(random() * exponentialDelayMs(attempt, settings));
}

/**
 * `Retry-After` (RFC 9110): seconds or an HTTP date. Milliseconds from `nowMs`, never negative;
 * undefined when the header is absent or unreadable.
 */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  if (header === null || header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/[a-z]/i.test(text)) return undefined; // Date.parse would take "-5" or "1.5" for a year
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
