import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHandler } from '../../../functions/influx-exporter/handler.ts';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { type BacklogStore, type InfluxPoint, MAX_POINTS } from '../../../lib/telemetry/influx-backlog.ts';
import { influxBacklogContract } from '../../contract/influx-backlog.contract.ts';
import { fakeClock } from '../../support/clock.ts';
import { recordingLog } from '../../support/log.ts';
import { collectedMetrics } from '../../support/telemetry/collected-metrics.ts';
import { memoryBacklog } from '../../support/telemetry/memory-backlog.ts';
import { snapshotWith } from '../../support/telemetry/snapshots.ts';

influxBacklogContract(async () => memoryBacklog());

const INTERVAL_MS = 300_000;

/** What may happen to one write of the backlog, and to one request to InfluxDB: `lost-answer`: done, and nobody is told. */
type Fault = 'none' | 'lost-answer' | 'never';

/** An exporter whose InfluxDB keeps one point a time, as the real one does. */
function exporterWorld() {
  const clock = fakeClock();
  const log = recordingLog();
  const { metrics, added } = collectedMetrics();
  const memory = memoryBacklog();
  const database = new Map<number, InfluxPoint>();
  const requests: number[] = [];
  const faults: { store: Fault[]; influx: Fault[] } = { store: [], influx: [] };
  const counted = { received: 0, deduplicated: 0 };
  const arriving = { atEachLook: 0 };
  const withFault = async <T>(fault: Fault | undefined, work: () => Promise<T>): Promise<T> => {
    if (fault === 'never') throw new UnavailableError('away', 'no answer');
    const result = await work();
    if (fault === 'lost-answer') throw new UnavailableError('away', 'no answer');
    return result;
  };
  const store: BacklogStore = {
    read: () => memory.read(),
    write: (backlog, version) => withFault(faults.store.shift(), () => memory.write(backlog, version)),
  };
  const handler = createHandler({
    async snapshot() {
      counted.received += arriving.atEachLook;
      return snapshotWith({ ...counted, generationsRetired: 4, rememberedEvents: 9 });
    },
    store,
    influx: {
      async write(points) {
        requests.push(points.length);
        await withFault(faults.influx.shift(), async () => {
          for (const point of points) database.set(point.atMs, point);
        });
      },
    },
    requestMs: 1000,
    clock,
    log,
    metrics,
  });
  return {
    clock,
    log,
    added,
    memory,
    database,
    requests,
    faults,
    counted,
    arriving,
    run: (remainingMs = 120_000) => handler({}, { getRemainingTimeInMillis: () => remainingMs }),
    pending: async () => (await memory.read())?.backlog.points ?? [],
    /** Of the points in the database and of those that wait. */
    async told(): Promise<{ received: number; deduplicated: number }> {
      const waiting = (await memory.read())?.backlog.points ?? [];
      const points = [...new Map([...database, ...waiting.map((point) => [point.atMs, point] as const)]).values()];
      return {
        received: points.reduce((sum, point) => sum + point.eventsReceived, 0),
        deduplicated: points.reduce((sum, point) => sum + point.eventsDeduplicated, 0),
      };
    },
  };
}

describe('the InfluxDB exporter', () => {
  it('writes what was counted since the last point, and the gauges as they are', async () => {
    const world = exporterWorld();
    Object.assign(world.counted, { received: 10, deduplicated: 3 });
    expect(await world.run()).toEqual({ sent: 1, pending: 0, dropped: 0 });
    const firstMs = world.clock.nowMs();
    world.clock.advance(INTERVAL_MS);
    Object.assign(world.counted, { received: 25, deduplicated: 4 });
    await world.run();
    const gauges = { compactionCount: 4, stateCacheSize: 9, filterCapacity: 1_000_000 };
    expect([...world.database.values()]).toEqual([
      { atMs: firstMs, eventsReceived: 10, eventsDeduplicated: 3, ...gauges },
      { atMs: firstMs + INTERVAL_MS, eventsReceived: 15, eventsDeduplicated: 1, ...gauges },
    ]);
  });

  it('puts each event into one point, whatever answers are lost and whenever runs come', async () => {
    const fault = fc.constantFrom<Fault>('none', 'none', 'lost-answer', 'never');
    const run = fc.record({
      counts: fc.nat(9),
      waitMs: fc.constantFrom(0, 1, INTERVAL_MS),
      store: fc.array(fault, { maxLength: 3 }),
      influx: fc.array(fault, { maxLength: 2 }),
      atOnce: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(run, { maxLength: 20 }), async (runs) => {
        const world = exporterWorld();
        world.arriving.atEachLook = 1;
        for (const { counts, waitMs, store, influx, atOnce } of [...runs, CALM]) {
          world.clock.advance(waitMs);
          world.counted.received += counts;
          world.counted.deduplicated += Math.floor(counts / 2);
          world.faults.store = [...store];
          world.faults.influx = [...influx];
          await Promise.allSettled(Array.from({ length: atOnce }, () => world.run()));
          const told = await world.told();
          expect(told.received).toBeLessThanOrEqual(world.counted.received);
        }
        expect(await world.told()).toEqual(world.counted);
        expect(await world.pending()).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('keeps the points while InfluxDB is away, and then sends them oldest first', async () => {
    const world = exporterWorld();
    for (let run = 0; run < 3; run++) {
      world.faults.influx = ['never'];
      expect(await world.run()).toMatchObject({ sent: 0, pending: run + 1 });
      world.clock.advance(INTERVAL_MS);
    }
    expect(world.added.filter(([name]) => name === 'InfluxOldestPointAge').map(([, value]) => value)).toEqual([
      0, 300, 600,
    ]);
    expect(await world.run()).toEqual({ sent: 4, pending: 0, dropped: 0 });
    const times = [...world.database.keys()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(3);
  });

  it('keeps a week of points, gives up the oldest, and counts them', async () => {
    const world = exporterWorld();
    await world.run();
    const stored = await world.memory.read();
    const [point] = [...world.database.values()];
    if (stored === undefined || point === undefined) throw new Error('no point');
    const atMs = (index: number) => point.atMs - (MAX_POINTS - index) * 1000;
    const points = Array.from({ length: MAX_POINTS }, (_, index) => ({ ...point, atMs: atMs(index) }));
    await world.memory.write({ ...stored.backlog, points }, stored.version);
    world.clock.advance(INTERVAL_MS);
    world.faults.influx = ['never'];
    expect(await world.run()).toEqual({ sent: 0, pending: MAX_POINTS, dropped: 1 });
    expect(world.added).toContainEqual(['InfluxPointsDropped', 1]);
    expect((await world.pending())[0]?.atMs).toBe(atMs(1));
    world.requests.length = 0;
    expect(await world.run()).toMatchObject({ pending: 0 });
    expect(Math.max(...world.requests)).toBe(500);
  });

  it('takes counters that have begun anew for what they are', async () => {
    const world = exporterWorld();
    Object.assign(world.counted, { received: 100, deduplicated: 50 });
    await world.run();
    world.clock.advance(INTERVAL_MS);
    Object.assign(world.counted, { received: 7, deduplicated: 2 });
    await world.run();
    expect([...world.database.values()].at(-1)).toMatchObject({ eventsReceived: 7, eventsDeduplicated: 2 });
  });

  it('stops sending in time to store what was sent', async () => {
    const world = exporterWorld();
    expect(await world.run(5_999)).toEqual({ sent: 0, pending: 1, dropped: 0 });
    expect(world.requests).toEqual([]);
  });

  it('makes no point, and fails, when the backlog cannot be written', async () => {
    const world = exporterWorld();
    world.counted.received = 5;
    world.faults.store = ['never'];
    await expect(world.run()).rejects.toThrow(UnavailableError);
    expect(await world.pending()).toEqual([]);
    await world.run();
    expect(await world.told()).toMatchObject({ received: 5 });
  });
});

const CALM = { counts: 1, waitMs: INTERVAL_MS, store: [], influx: [], atOnce: 1 };
