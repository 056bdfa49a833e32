import type { Snapshot } from './snapshot.ts';

/** One interval's numbers, by the names of contract §8; a fixed time makes it the same point however often it is sent. */
export interface InfluxPoint {
  atMs: number;
  /** Of the interval alone. */
  eventsReceived: number;
  eventsDeduplicated: number;
  compactionCount: number;
  stateCacheSize: number;
  filterCapacity: number;
}

/** What has been put into points, and the points that InfluxDB has not taken: one item, so that both change together. */
export interface InfluxBacklog {
  /** Totals up to which everything stands in a point. */
  exported: { received: number; deduplicated: number };
  lastPointAtMs: number;
  /** Oldest first. */
  points: readonly InfluxPoint[];
}

export interface StoredBacklog {
  backlog: InfluxBacklog;
  version: number;
}

export interface BacklogStore {
  /** Strongly; undefined: nothing was ever exported. */
  read(): Promise<StoredBacklog | undefined>;
  /** Stores under `version` + 1 unless another write came between. Rejects when it may or may not have been stored. */
  write(backlog: InfluxBacklog, version: number): Promise<'done' | 'refused'>;
}

/** A week of points, 130 KB; older ones give way. */
export const MAX_POINTS = 2016;

/**
 * The backlog with a point for what was counted since the last one; with none before, since counting began. Two points never
 * have one time, which would make one of them.
 */
export function withNextPoint(
  before: InfluxBacklog | undefined,
  snapshot: Snapshot,
  nowMs: number,
): { backlog: InfluxBacklog; dropped: number } {
  const { received, deduplicated } = snapshot;
  const exported = before?.exported ?? { received: 0, deduplicated: 0 };
  const atMs = Math.max(nowMs, (before?.lastPointAtMs ?? 0) + 1);
  const point: InfluxPoint = {
    atMs,
    eventsReceived: since(exported.received, received),
    eventsDeduplicated: since(exported.deduplicated, deduplicated),
    compactionCount: snapshot.generationsRetired,
    stateCacheSize: snapshot.rememberedEvents,
    filterCapacity: snapshot.filterCapacity,
  };
  const points = [...(before?.points ?? []), point];
  const dropped = Math.max(0, points.length - MAX_POINTS);
  return {
    backlog: { exported: { received, deduplicated }, lastPointAtMs: atMs, points: points.slice(dropped) },
    dropped,
  };
}

/** Totals only grow, unless somebody has deleted them: then all there is was counted since. */
const since = (before: number, now: number): number => (now >= before ? now - before : now);

/** Without the points that InfluxDB has taken. */
export const withoutSent = (backlog: InfluxBacklog, sentUpToMs: number): InfluxBacklog => ({
  ...backlog,
  points: backlog.points.filter(({ atMs }) => atMs > sentUpToMs),
});
