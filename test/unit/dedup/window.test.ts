import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createDeduplicator } from '../../../lib/dedup/deduplicator.ts';
import { bloomGeometry } from '../../../lib/dedup/geometry.ts';
import { fakeClock } from '../../support/clock.ts';
import { memoryBloomWindow } from '../../support/dedup/memory-bloom-window.ts';
import { memoryFilterRecord } from '../../support/dedup/memory-filter-record.ts';
import { memoryLedger } from '../../support/dedup/memory-ledger.ts';
import { dedupEvent, routeBatch, routeOne } from '../../support/dedup/routing.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WINDOW_MS = 72 * HOUR_MS;
const MIDNIGHT_MS = Date.UTC(2026, 0, 31);

/** A relay whose router works at `clock`'s time; the stores last. */
function relay({ filter = true, eventsPerDay = 1000, falsePositiveRate = 1e-4 } = {}) {
  const clock = fakeClock(MIDNIGHT_MS);
  const geometry = bloomGeometry({ eventsPerDay, falsePositiveRate });
  const window = memoryBloomWindow({ geometry, windowMs: WINDOW_MS, clock });
  const ledger = memoryLedger();
  const record = memoryFilterRecord();
  const faults: string[] = [];
  const process = (withFilter = filter) =>
    createDeduplicator({
      bloom: withFilter ? window : undefined,
      record,
      ledger,
      clock,
      windowMs: WINDOW_MS,
      onFault: (store) => faults.push(store),
    });
  return { clock, window, ledger, record, faults, process, deduplicator: process() };
}

describe.each([['filter on', true] as const, ['filter off', false] as const])('window of 72 h, %s', (_, filter) => {
  it.each([
    ['0 h', 0, 'duplicate'],
    ['71 h', 71 * HOUR_MS, 'duplicate'],
    ['72 h less a millisecond', WINDOW_MS - 1, 'duplicate'],
    ['exactly 72 h', WINDOW_MS, 'routed'],
    ['73 h', 73 * HOUR_MS, 'routed'],
  ] as const)('a repeat received %s later', async (_name, gapMs, outcome) => {
    for (const originMs of [MIDNIGHT_MS, MIDNIGHT_MS - 1, MIDNIGHT_MS + HOUR_MS - 1, MIDNIGHT_MS + 11 * HOUR_MS]) {
      const { clock, deduplicator } = relay({ filter });
      clock.set(originMs + 1000);
      expect(await routeOne(deduplicator, 'x', originMs)).toBe('routed');
      clock.set(originMs + gapMs + 1000);
      expect(await routeOne(deduplicator, 'x', originMs + gapMs)).toBe(outcome);
    }
  });

  it('measures by receipt, not by the time of the work: routers that are days behind decide alike', async () => {
    const receiptsAndDelays = fc.array(
      fc.record({
        key: fc.constantFrom('x', 'y', 'z'),
        gapMs: fc.constantFrom(0, 1, HOUR_MS, DAY_MS - 1, DAY_MS, 35 * HOUR_MS, 71 * HOUR_MS, WINDOW_MS - 1, WINDOW_MS),
        delayMs: fc.constantFrom(0, 1000, 11 * HOUR_MS, 13 * HOUR_MS, 5 * DAY_MS, 10 * DAY_MS),
      }),
      { minLength: 2, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(receiptsAndDelays, fc.integer({ min: 0, max: DAY_MS }), async (steps, offsetMs) => {
        const { clock, deduplicator } = relay({ filter });
        const originals = new Map<string, number>();
        let receivedAtMs = MIDNIGHT_MS + offsetMs;
        for (const { key, gapMs, delayMs } of steps) {
          receivedAtMs += gapMs;
          clock.set(Math.max(clock.nowMs(), receivedAtMs + delayMs)); // one router, in the queue's order
          const original = originals.get(key);
          const repeat = original !== undefined && receivedAtMs - original < WINDOW_MS;
          if (!repeat) originals.set(key, receivedAtMs);
          expect(await routeOne(deduplicator, key, receivedAtMs)).toBe(repeat ? 'duplicate' : 'routed');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what the ledger is asked for', () => {
  it('nothing, for new events of a filter that is well', async () => {
    const { clock, deduplicator } = relay();
    const receivedAtMs = clock.nowMs();
    const batch = Array.from({ length: 10 }, (_, i) => dedupEvent(`event ${i}`, receivedAtMs + i));
    const { outcomes, stats } = await routeBatch(deduplicator, batch);
    expect(new Set(outcomes)).toEqual(new Set(['routed']));
    expect(stats).toMatchObject({ believed: 10, asked: 0, filterUnavailable: false, filterDamaged: false });
    expect(stats.fillRatio).toBeCloseTo(10 / 1000);
  });

  it('everything older than 12 h, for which Redis is not asked', async () => {
    const { clock, deduplicator, window } = relay();
    const { outcomes, stats } = await routeBatch(deduplicator, [dedupEvent('x', clock.nowMs() - 12 * HOUR_MS)]);
    expect(outcomes).toEqual(['routed']);
    expect(stats).toMatchObject({ believed: 0, asked: 1, filterUnavailable: false });
    expect(window.generations.size).toBe(0);
  });

  it('what the filter takes for known, so that a false positive costs a read and not an event', async () => {
    const { clock, deduplicator, window } = relay({ eventsPerDay: 1, falsePositiveRate: 0.5 });
    expect(await routeOne(deduplicator, 'first', clock.nowMs())).toBe('routed');
    for (const generation of window.generations.values()) generation.bitmap.fill(255);
    const { outcomes, stats } = await routeBatch(deduplicator, [dedupEvent('another', clock.nowMs())]);
    expect(outcomes).toEqual(['routed']);
    expect(stats).toMatchObject({ asked: 1, falsePositives: 1 });
  });

  it('everything until a window after the filter was switched on again, and nothing then', async () => {
    const { clock, process } = relay();
    await routeOne(process(false), 'x', clock.nowMs());
    const on = process(true);
    clock.advance(HOUR_MS);
    expect(await routeOne(on, 'x', clock.nowMs())).toBe('duplicate');
    clock.advance(WINDOW_MS);
    const { outcomes, stats } = await routeBatch(on, [dedupEvent('y', clock.nowMs())]);
    expect(outcomes).toEqual(['routed']);
    expect(stats).toMatchObject({ believed: 1, asked: 0 });
  });
});

describe('copies in a batch', () => {
  it('share the fate of the first, within the window', async () => {
    const { clock, deduplicator } = relay();
    const [a, b] = [dedupEvent('x', clock.nowMs()), dedupEvent('x', clock.nowMs() + 1)];
    const { verdicts, commit } = await deduplicator.decide([a, b]);
    expect(verdicts.get(a)).toEqual({ fate: 'new' });
    expect(verdicts.get(b)).toEqual({ fate: 'copy', of: a });
    expect(await commit([], clock.nowMs())).toEqual(new Set());
    expect(await routeBatch(deduplicator, [b])).toMatchObject({ outcomes: ['routed'] });
  });

  it('a new event waits for an older one of its key, and its group with it', async () => {
    const { clock, deduplicator } = relay();
    const atMs = clock.nowMs();
    const batch = [dedupEvent('x', atMs - WINDOW_MS, 'g'), dedupEvent('x', atMs, 'g'), dedupEvent('y', atMs, 'g')];
    expect((await routeBatch(deduplicator, batch)).outcomes).toEqual(['routed', 'retry', 'retry']);
    expect((await routeBatch(deduplicator, batch.slice(1))).outcomes).toEqual(['routed', 'routed']);
  });

  it('a late event does not make the ledger forget a newer original', async () => {
    const { clock, deduplicator, ledger } = relay();
    const atMs = clock.nowMs();
    await routeOne(deduplicator, 'x', atMs);
    expect(await routeOne(deduplicator, 'x', atMs - 80 * HOUR_MS)).toBe('routed');
    expect(ledger.items.get('x')).toBe(atMs);
  });
});

describe('stores that are away', () => {
  it('record unreadable: everything comes again', async () => {
    const { clock, process, record, faults } = relay();
    record.read = async () => Promise.reject(new Error('away'));
    expect(await routeOne(process(), 'x', clock.nowMs())).toBe('retry');
    expect(faults).toEqual(['filter-record']);
  });

  it('ledger unreadable: what the filter calls new is routed, the rest comes again and holds back its group', async () => {
    const { clock, process, ledger } = relay();
    const deduplicator = process();
    await routeOne(deduplicator, 'x', clock.nowMs());
    ledger.find = async () => Promise.reject(new Error('away'));
    const batch = [
      dedupEvent('x', clock.nowMs(), 'g'),
      dedupEvent('y', clock.nowMs(), 'g'),
      dedupEvent('z', clock.nowMs()),
    ];
    expect((await routeBatch(deduplicator, batch)).outcomes).toEqual(['retry', 'retry', 'routed']);
  });

  it('a key that the ledger has not answered for comes again', async () => {
    const { clock, process, ledger } = relay({ filter: false });
    ledger.find = async (keys) => ({ receivedAtMs: new Map(), unanswered: new Set([...keys].slice(0, 1)) });
    const batch = [dedupEvent('x', clock.nowMs()), dedupEvent('y', clock.nowMs())];
    expect((await routeBatch(process(), batch)).outcomes).toEqual(['retry', 'routed']);
  });

  it('after a failed commit nothing is new until the ledger takes a write again', async () => {
    const { clock, process, ledger } = relay();
    const deduplicator = process();
    const commit = ledger.commit;
    let away = true;
    ledger.commit = async (originals, deadlineMs) => (away ? new Set() : commit(originals, deadlineMs));
    ledger.takesWrites = async () => !away;
    expect(await routeOne(deduplicator, 'x', clock.nowMs())).toBe('retry');
    const { verdicts } = await deduplicator.decide([dedupEvent('y', clock.nowMs())]);
    expect([...verdicts.values()]).toEqual([{ fate: 'retry', reason: 'ledger-unwritable' }]);
    away = false;
    expect(await routeOne(deduplicator, 'y', clock.nowMs())).toBe('routed');
    expect(await routeOne(deduplicator, 'x', clock.nowMs())).toBe('routed');
  });
});
