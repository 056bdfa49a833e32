import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { stageEnds } from '../../../bench/whole-way/function-lines.ts';
import { cutWay, STAGES, type TimedWay, waysAround } from '../../../bench/whole-way/stages.ts';

const sumOf = ({ stages }: TimedWay): number => Object.values(stages).reduce((sum, ms) => sum + ms, 0);

const ways = fc.array(
  fc
    .tuple(fc.nat(1e6), fc.nat(5000), fc.array(fc.integer({ min: -100, max: 6000 }), { minLength: 6, maxLength: 6 }))
    .map(([startMs, tookMs, cuts]) =>
      cutWay(
        startMs,
        STAGES.map((stage, index) => [stage, startMs + (cuts[index] ?? 0)] as const),
        startMs + tookMs,
      ),
    ),
  { minLength: 1, maxLength: 300 },
);

describe('where the time of an event goes', () => {
  it('is cut at the ends of the stages', () => {
    const way = cutWay(
      1000,
      [
        ['into the queue', 1004],
        ['queue', 1010],
        ['publish', 1011],
      ],
      1015,
    );
    expect(way).toEqual({ wholeMs: 15, stages: { 'into the queue': 4, queue: 6, publish: 5 } });
  });

  it('adds up to the whole whatever the clocks say, with no stage below zero', () => {
    fc.assert(
      fc.property(ways, (some) => {
        for (const way of some) {
          expect(sumOf(way)).toBe(way.wholeMs);
          expect(Math.min(...Object.values(way.stages))).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('adds up around a percentile, too, which lies among the wholes', () => {
    fc.assert(
      fc.property(ways, fc.constantFrom(0.5, 0.9, 0.99), (some, share) => {
        const typical = waysAround(some, share);
        const wholes = some.map(({ wholeMs }) => wholeMs);
        expect(sumOf(typical)).toBeCloseTo(typical.wholeMs, 6);
        expect(typical.wholeMs).toBeGreaterThanOrEqual(Math.min(...wholes) - 1e-9);
        expect(typical.wholeMs).toBeLessThanOrEqual(Math.max(...wholes) + 1e-9);
      }),
    );
  });

  it('around a percentile is that of the events near it, not of the outliers', () => {
    const thousand = Array.from({ length: 1000 }, (_, rank) => cutWay(0, [['publish', 0]], rank === 999 ? 1e6 : rank));
    expect(waysAround(thousand, 0.5).wholeMs).toBeCloseTo(499.5, 6);
    expect(waysAround(thousand, 0.99).wholeMs).toBeCloseTo(989.5, 6);
  });

  it("of the relay is what its log lines say, the queue's part being what is left over", () => {
    const lines = { durationMs: 7, queueMs: 4, ageMs: 60, decideMs: 10, deliverMs: 8, commitMs: 12 };
    const { stages, wholeMs } = cutWay(1000, stageEnds(lines, 1005, 1049), 1049);
    expect(stages).toEqual({ gateway: 5, receiver: 3, 'into the queue': 4, queue: 23, decision: 10, publish: 4 });
    expect(wholeMs).toBe(49);
  });
});
