/** The server's side of a token bucket: full at the start, `ratePerSecond` tokens in all. */
export function createBucket(ratePerSecond: number): (nowMs: number) => boolean {
  let tokens = ratePerSecond;
  let seenMs = 0;
  return (nowMs) => {
    tokens = Math.min(ratePerSecond, tokens + (Math.max(0, nowMs - seenMs) / 1000) * ratePerSecond);
    seenMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
