/** How many contacts a request may carry just now: halved by each 429, doubled again by each success (contract §6). */
export interface BatchSize {
  current(): number;
  onThrottled(): void;
  onSuccess(): void;
}

export function adaptiveBatchSize(maximum: number): BatchSize {
  let size = maximum;
  return {
    current: () => size,
    onThrottled() {
      size = Math.max(1, Math.floor(size / 2));
    },
    onSuccess() {
      size = Math.min(maximum, size * 2);
    },
  };
}
