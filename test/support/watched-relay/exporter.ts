import { createHandler } from '../../../functions/influx-exporter/handler.ts';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { createMetrics } from '../../../lib/platform/metrics.ts';
import type { Stage } from '../../../lib/stage/stage.ts';
import { MAX_POINTS } from '../../../lib/telemetry/influx-backlog.ts';
import type { FakeClock } from '../clock.ts';
import { recordingLog } from '../log.ts';
import { memoryBacklog } from '../telemetry/memory-backlog.ts';
import { snapshotWith } from '../telemetry/snapshots.ts';
import type { Faults } from './faults.ts';
import { flushing } from './flushing.ts';

/** The exporter with a backlog in memory. */
export function watchedExporter(stage: Stage, clock: FakeClock, faults: Faults): () => Promise<unknown> {
  const metrics = createMetrics('influx-exporter', stage.name);
  const store = memoryBacklog();
  if (faults.influxAwayForAWeek) {
    const point = {
      eventsReceived: 0,
      eventsDeduplicated: 0,
      compactionCount: 0,
      stateCacheSize: 0,
      filterCapacity: 0,
    };
    const points = Array.from({ length: MAX_POINTS }, (_, index) => ({ ...point, atMs: index + 1 }));
    void store.write({ exported: { received: 0, deduplicated: 0 }, lastPointAtMs: MAX_POINTS, points }, 0);
  }
  const handler = createHandler({
    snapshot: async () => snapshotWith({}),
    store,
    influx: {
      async write() {
        if (faults.influxAway || faults.influxAwayForAWeek) throw new UnavailableError('influx-unavailable', 'away');
      },
    },
    requestMs: 1000,
    clock,
    log: recordingLog(),
    metrics,
  });
  return flushing(metrics, () => handler({}, { getRemainingTimeInMillis: () => 120_000 }));
}
