import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STALE_MS } from '../../../lib/telemetry/cluster-counters.ts';
import { PAST_OWNERS } from '../../../lib/telemetry/counter-slots.ts';
import { type CallFault, countingWorld } from '../../support/telemetry/counting-world.ts';

const WORKERS = 3;
const MINUTE_MS = 60_000;

const fault = fc.constantFrom<CallFault>('none', 'none', 'lost-answer', 'late', 'never');
const work = fc.record({
  kind: fc.constant('work' as const),
  workers: fc.uniqueArray(fc.nat(WORKERS - 1), { minLength: 1 }),
  count: fc.nat(9),
  faults: fc.array(fault, { maxLength: 4 }),
});
const away = fc.record({ kind: fc.constant('away' as const), minutes: fc.nat(40) });
const land = fc.constant({ kind: 'land' as const });
const kill = fc.record({ kind: fc.constant('kill' as const), worker: fc.nat(WORKERS - 1) });

type World = ReturnType<typeof countingWorld>;
type Step =
  | { kind: 'work'; workers: number[]; count: number; faults: CallFault[] }
  | { kind: 'away'; minutes: number }
  | { kind: 'land' }
  | { kind: 'kill'; worker: number };

async function happens(world: World, step: Step): Promise<void> {
  if (step.kind === 'away') world.clock.advance(step.minutes * MINUTE_MS);
  if (step.kind === 'land') await world.landLate();
  if (step.kind === 'kill') world.kill(step.worker);
  if (step.kind === 'work')
    await Promise.all(step.workers.map((worker) => world.work(worker, step.count, step.faults)));
}

async function expectHonest(world: World): Promise<void> {
  const sum = await world.sum();
  expect(sum).toBeLessThanOrEqual(world.counted());
  expect(sum).toBeGreaterThanOrEqual(world.written());
}

describe('counters of several processes', () => {
  it('never count twice and keep all that was written, whatever answers are lost, late, and whoever dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(work, work, work, away, land, kill), { maxLength: 40 }), async (steps) => {
        const world = countingWorld(WORKERS);
        for (const step of steps) {
          await happens(world, step);
          await expectHonest(world);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('lose nothing while nobody dies: once the table answers again the sum is what was counted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(work, work, away, land), { maxLength: 40 }), async (steps) => {
        const world = countingWorld(WORKERS);
        for (const step of steps) await happens(world, step);
        for (let worker = 0; worker < WORKERS; worker++) await world.work(worker, 1, []);
        const leftOut = world.warnings().some((line) => JSON.stringify(line).includes('left out'));
        for (let landing = 0; landing <= steps.length * WORKERS; landing++) {
          if (leftOut) await expectHonest(world);
          else expect(await world.sum()).toBe(world.counted());
          await world.landLate();
        }
      }),
      { numRuns: 600 },
    );
  });

  it('need as many slots as processes count at a time, and leave them to their successors', async () => {
    const world = countingWorld(2);
    for (let round = 0; round < 5; round++) {
      for (const worker of [0, 1]) await world.work(worker, 1, []);
      for (const worker of [0, 1]) world.kill(worker);
      world.clock.advance(STALE_MS + 1);
    }
    expect(world.slots).toHaveLength(2);
    expect(await world.sum()).toBe(10);
    expect(world.slots[0]?.past).toHaveLength(PAST_OWNERS);
  });

  it('cost one write a batch, and nothing where nothing was counted', async () => {
    const world = countingWorld(1);
    for (let batch = 1; batch <= 4; batch++) await world.work(0, 1, []);
    expect(world.slots[0]).toMatchObject({ version: 4, totals: { r: 4 } });
    await world.work(0, 0, []);
    expect(world.slots[0]).toMatchObject({ version: 4 });
  });

  it('that were away while others took their slot know what became of their last write', async () => {
    for (const lastFault of ['lost-answer', 'never'] as const) {
      const world = countingWorld(3);
      await world.work(0, 1, []);
      await world.work(0, 10, [lastFault]);
      world.clock.advance(STALE_MS + 1);
      await world.work(1, 100, []);
      await world.work(0, 1000, []);
      expect(world.slots).toHaveLength(2);
      expect(await world.sum()).toBe(1111);
    }
  });

  it('begin anew when somebody has deleted the slots', async () => {
    const world = countingWorld(2);
    for (const worker of [0, 1]) await world.work(worker, 10, []);
    world.slots.length = 0;
    for (const worker of [0, 1]) await world.work(worker, 1, []);
    expect(await world.sum()).toBe(2);
    expect(world.slots).toHaveLength(2);
  });

  it('leave out, and say so, what nobody can tell any more, rather than count it twice', async () => {
    const world = countingWorld(2);
    await world.work(0, 1, []);
    await world.work(0, 10, ['lost-answer']);
    for (let owner = 0; owner <= PAST_OWNERS; owner++) {
      world.clock.advance(STALE_MS + 1);
      world.kill(1);
      await world.work(1, 100, []);
    }
    world.clock.advance(1);
    await world.work(0, 1000, []);
    expect(await world.sum()).toBe(1 + 10 + 100 * (PAST_OWNERS + 1) + 1000);
    expect(world.warnings()).toContainEqual(expect.objectContaining({ message: expect.stringMatching(/left out/) }));
  });
});
