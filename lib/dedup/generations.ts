/** A generation of the Bloom window: 24 h of receipt times (UTC days since the epoch), whatever the time of the work. */
export const GENERATION_MS = 86_400_000;

export const generationOf = (receivedAtMs: number): number => Math.floor(receivedAtMs / GENERATION_MS);

/** How many generations before an event's own can hold an original that is less than a window older. */
export const olderGenerations = (windowMs: number): number => Math.ceil(windowMs / GENERATION_MS);

/**
 * Generations that can hold an original of an event of generation `own`, newest first, without a gap. One newer than its
 * own, because receivers' clocks differ and records of one key may be worked in another order than they were received.
 */
export function generationsAround(own: number, windowMs: number): number[] {
  return Array.from({ length: olderGenerations(windowMs) + 2 }, (_, index) => own + 1 - index);
}

/**
 * When generation `n` may go: three generations after the last one that asks for it has begun (6 days from its start for
 * 72 h). Events older than 12 h are not looked up in Redis, so it is never asked for after that, clocks' differences included.
 */
export const generationEndMs = (n: number, windowMs: number): number =>
  (n + olderGenerations(windowMs) + 3) * GENERATION_MS;
