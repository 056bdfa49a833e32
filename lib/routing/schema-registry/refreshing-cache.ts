import type { Clock } from '../../platform/clock.ts';

/** Values that are loaded on demand and renewed in the background. */
export interface RefreshingCache<V> {
  /**
   * The value as last loaded, however old. One older than the TTL is loaded anew beside that; while that fails, the old one
   * serves on. Callers without a value share one load, which ends by the first one's `deadlineMs` (epoch). Rejects with what
   * the load failed with, and for a while after a failure without loading again.
   */
  get(key: string, deadlineMs: number): Promise<V>;
  /** Resolves when no load is under way, or each has had `ms` from its start: a hanging one delays no second caller. */
  settled(ms: number): Promise<void>;
}

export interface RefreshingCacheSettings<V> {
  load: (key: string, deadlineMs: number) => Promise<V>;
  ttlMs: number;
  /** How long to leave it alone after a failed load. */
  pauseMs: (error: unknown, hasValue: boolean) => number;
  /** Told when a refresh failed and the old value serves on; log it. */
  onStale: (key: string, error: unknown) => void;
  clock: Clock;
}

interface Entry<V> {
  loaded?: { value: V; atMs: number };
  failure?: { error: unknown; untilMs: number };
  flight?: { promise: Promise<V>; startedMs: number };
}

/** Nobody waits for a refresh, so it has time for all its tries. */
const REFRESH_BUDGET_MS = 20_000;

export function createRefreshingCache<V>(settings: RefreshingCacheSettings<V>): RefreshingCache<V> {
  const { load, ttlMs, pauseMs, onStale, clock } = settings;
  const entries = new Map<string, Entry<V>>();

  /** Assigned to the entry before anything is awaited: of a stampede, the first loads and the others find its flight. */
  const fly = (key: string, entry: Entry<V>, deadlineMs: number): Promise<V> => {
    const promise = load(key, deadlineMs)
      .then(
        (value) => {
          entry.loaded = { value, atMs: clock.nowMs() };
          delete entry.failure;
          return value;
        },
        (error: unknown) => {
          entry.failure = { error, untilMs: clock.nowMs() + pauseMs(error, entry.loaded !== undefined) };
          throw error;
        },
      )
      .finally(() => {
        delete entry.flight;
      });
    entry.flight = { promise, startedMs: clock.nowMs() };
    return promise;
  };

  return {
    async get(key, deadlineMs) {
      const entry = entries.get(key) ?? {};
      entries.set(key, entry);
      const nowMs = clock.nowMs();
      const paused = entry.failure !== undefined && nowMs < entry.failure.untilMs;
      if (entry.loaded === undefined) {
        if (entry.flight) return entry.flight.promise;
        if (paused) throw entry.failure?.error;
        return fly(key, entry, deadlineMs);
      }
      if (nowMs - entry.loaded.atMs >= ttlMs && !paused && !entry.flight)
        fly(key, entry, nowMs + REFRESH_BUDGET_MS).catch((error: unknown) => onStale(key, error));
      return entry.loaded.value;
    },
    async settled(ms) {
      const flights = [...entries.values()].flatMap(({ flight }) => flight ?? []);
      const leftMs = Math.max(0, ...flights.map(({ startedMs }) => startedMs + ms - clock.nowMs()));
      if (leftMs === 0) return;
      const over = new AbortController();
      const timeUp = clock.sleep(leftMs, over.signal).catch(() => {}); // called off below
      await Promise.race([Promise.allSettled(flights.map(({ promise }) => promise)), timeUp]);
      over.abort();
    },
  };
}
