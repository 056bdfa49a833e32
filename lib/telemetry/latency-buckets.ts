/** Upper bounds in seconds: the default buckets of Prometheus' client (contract §8). The last bucket has none. */
export const BUCKET_BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Index of the bucket that a time falls into; a bound belongs to its own bucket, as Prometheus' `le` says. */
export function bucketOf(ms: number): number {
  const index = BUCKET_BOUNDS_SECONDS.findIndex((bound) => ms <= bound * 1000);
  return index === -1 ? BUCKET_BOUNDS_SECONDS.length : index;
}
