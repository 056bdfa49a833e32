import type { Clock } from '../../lib/platform/clock.ts';
import { codeOf, messageOf, UnavailableError } from '../../lib/platform/errors.ts';
import type { Log } from '../../lib/platform/logging.ts';
import type { Metrics } from '../../lib/platform/metrics.ts';
import {
  type BacklogStore,
  type StoredBacklog,
  withNextPoint,
  withoutSent,
} from '../../lib/telemetry/influx-backlog.ts';
import type { InfluxWriter } from '../../lib/telemetry/influx-writer.ts';
import type { Snapshot } from '../../lib/telemetry/snapshot.ts';

export interface InfluxExporterDeps {
  snapshot(): Promise<Snapshot>;
  store: BacklogStore;
  influx: InfluxWriter;
  /** The longest that one request to InfluxDB takes. */
  requestMs: number;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface ExporterContext {
  getRemainingTimeInMillis(): number;
}

export interface ExporterResult {
  sent: number;
  /** Kept for later. */
  pending: number;
  /** Given up, because more than a week of points was waiting. */
  dropped: number;
}

const POINTS_A_REQUEST = 500;
const MAX_TRIES = 5;
/** Kept back for storing what was sent. */
const RESERVE_MS = 5000;

/**
 * Every five minutes: first what was counted since the last point becomes a point, durably and in the same write that says so;
 * then the points are sent, oldest first; then those that InfluxDB has taken are let go. Dying anywhere sends a point again at
 * most, which changes nothing, for its time is the same. A failing InfluxDB only lets the points wait; that is logged and
 * measured. Rejects when the counters or the backlog cannot be read or written: then no point was made of them yet.
 */
export function createHandler(deps: InfluxExporterDeps) {
  const { store, metrics, clock, log } = deps;
  return async (_event: unknown, context: ExporterContext): Promise<ExporterResult> => {
    const { stored, dropped } = await makePoint(deps);
    const { points } = stored.backlog;
    const sent = await send(deps, stored, context);
    const last = points[sent - 1];
    if (last !== undefined && (await store.write(withoutSent(stored.backlog, last.atMs), stored.version)) === 'refused')
      log.info('another run was quicker; the points that were sent are sent again');
    const oldest = points[sent];
    metrics.add('InfluxPointsPending', points.length - sent);
    metrics.add('InfluxOldestPointAge', oldest ? Math.max(0, clock.nowMs() - oldest.atMs) / 1000 : 0, 'Seconds');
    if (dropped > 0) {
      metrics.add('InfluxPointsDropped', dropped);
      log.error('points given up: more than a week of them was waiting', { dropped });
    }
    const result = { sent, pending: points.length - sent, dropped };
    log.info('influx export', result);
    return result;
  };
}

async function makePoint({ snapshot, store, clock }: InfluxExporterDeps) {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const before = await store.read(); // before the counters: what was exported is never more than what is counted
    const { backlog, dropped } = withNextPoint(before?.backlog, await snapshot(), clock.nowMs());
    const version = before?.version ?? 0;
    if ((await store.write(backlog, version)) === 'done') return { stored: { backlog, version: version + 1 }, dropped };
  }
  throw new UnavailableError(
    'influx-backlog-contended',
    'other runs keep changing the points; the next run tries again',
  );
}

/** How many were taken, from the oldest on. */
async function send(
  { influx, log, requestMs }: InfluxExporterDeps,
  { backlog: { points } }: StoredBacklog,
  context: ExporterContext,
): Promise<number> {
  let sent = 0;
  while (sent < points.length && context.getRemainingTimeInMillis() > requestMs + RESERVE_MS) {
    const next = points.slice(sent, sent + POINTS_A_REQUEST);
    try {
      await influx.write(next);
    } catch (error) {
      log.warn('points kept for later', {
        code: codeOf(error),
        reason: messageOf(error),
        waiting: points.length - sent,
      });
      break;
    }
    sent += next.length;
  }
  return sent;
}
