import type { Clock } from '../../lib/platform/clock.ts';

/** A clock that stands still until it is moved; sleeping moves it at once, so waits cost no real time. */
export interface FakeClock extends Clock {
  set(ms: number): void;
  advance(ms: number): void;
}

export function fakeClock(startMs = Date.UTC(2026, 0, 31, 12)): FakeClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    set: (ms) => {
      nowMs = ms;
    },
    advance: (ms) => {
      nowMs += ms;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      nowMs += ms;
    },
  };
}
