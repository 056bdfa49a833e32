import { describe, expect, it } from '@jest/globals';
import type { BacklogStore, InfluxBacklog } from '../../lib/telemetry/influx-backlog.ts';

const backlog = (received: number): InfluxBacklog => ({
  exported: { received, deduplicated: 1 },
  lastPointAtMs: 5,
  points: [
    {
      atMs: 5,
      eventsReceived: received,
      eventsDeduplicated: 1,
      compactionCount: 2,
      stateCacheSize: 3,
      filterCapacity: 4,
    },
  ],
});

/** What `BacklogStore` promises, whoever keeps it. `fresh` answers one that nobody has written. */
export function influxBacklogContract(fresh: () => Promise<BacklogStore>): void {
  describe('a backlog of points', () => {
    it('is nothing at first, and read as it was written', async () => {
      const store = await fresh();
      expect(await store.read()).toBeUndefined();
      expect(await store.write(backlog(7), 0)).toBe('done');
      expect(await store.read()).toEqual({ backlog: backlog(7), version: 1 });
    });

    it('is replaced only by whoever has read the newest', async () => {
      const store = await fresh();
      await store.write(backlog(7), 0);
      expect(await store.write(backlog(8), 0)).toBe('refused');
      expect(await store.write(backlog(9), 1)).toBe('done');
      expect(await store.write(backlog(8), 1)).toBe('refused');
      expect(await store.read()).toEqual({ backlog: backlog(9), version: 2 });
    });
  });
}
