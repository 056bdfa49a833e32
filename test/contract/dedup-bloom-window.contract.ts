import { expect, it } from '@jest/globals';
import type { BloomReply, BloomWindow, GenerationState } from '../../lib/dedup/bloom-window.ts';
import { GENERATION_MS, generationOf } from '../../lib/dedup/generations.ts';
import { type BloomGeometry, bloomGeometry } from '../../lib/dedup/geometry.ts';

export const CONTRACT_WINDOW_MS = 72 * 3_600_000;
export const contractGeometry = (): BloomGeometry => bloomGeometry({ eventsPerDay: 1000, falsePositiveRate: 1e-6 });

const STAMP_A = 'a'.repeat(16);
const STAMP_B = 'b'.repeat(16);

/**
 * What every BloomWindow does. `makeWindow` answers one that is empty and has `contractGeometry()` and `CONTRACT_WINDOW_MS`,
 * on a server whose clock is about `nowMs`; receipt times lie around it.
 */
export function bloomWindowContract(makeWindow: () => Promise<BloomWindow>, nowMs = Date.now()): void {
  const today = generationOf(nowMs);
  const noonOf = (generation: number) => generation * GENERATION_MS + GENERATION_MS / 2;
  type Asked = readonly [key: string, receivedAtMs: number];
  const ask = (
    window: BloomWindow,
    asked: readonly Asked[],
    offeredStamp = STAMP_A,
    seen?: Map<number, GenerationState>,
  ) =>
    window.check({
      events: asked.map(([ledgerKey, receivedAtMs]) => ({ ledgerKey, receivedAtMs })),
      offeredStamp,
      seen: seen ?? new Map(),
    });
  const states = ({ generations }: BloomReply) => Object.fromEntries([...generations].filter(([, state]) => state));

  it('knows nothing at first, and an event from its first check on', async () => {
    const window = await makeWindow();
    expect((await ask(window, [['x', nowMs]])).maybe).toEqual([false]);
    expect((await ask(window, [['x', nowMs], ['y', nowMs]])).maybe).toEqual([true, false]); // biome-ignore format: pairs
  });

  it('sees the earlier events of its own batch, in order', async () => {
    const window = await makeWindow();
    const batch: Asked[] = [['x', nowMs], ['y', nowMs], ['x', nowMs + 1]]; // biome-ignore format: pairs
    expect((await ask(window, batch)).maybe).toEqual([false, false, true]);
  });

  it.each([-1, 0, 1, 2, 3])('finds an event of %i days before in the generations around its repeat', async (days) => {
    const window = await makeWindow();
    await ask(window, [['x', noonOf(today)]]);
    expect((await ask(window, [['x', noonOf(today + days)]])).maybe).toEqual([true]);
  });

  it.each([-2, 4])('does not look for it in a generation %i days away', async (days) => {
    const window = await makeWindow();
    await ask(window, [['x', noonOf(today)]]);
    expect((await ask(window, [['x', noonOf(today + days)]])).maybe).toEqual([false]);
  });

  it('tells every generation asked, missing ones too, and makes only the own one, under the offered stamp', async () => {
    const window = await makeWindow();
    const reply = await ask(window, [['x', nowMs], ['y', nowMs]]); // biome-ignore format: pairs
    expect([...reply.generations.keys()].sort()).toEqual([-3, -2, -1, 0, 1].map((days) => today + days));
    expect(states(reply)).toEqual({ [today]: { stamp: STAMP_A, adds: 2 } });
    const later = await ask(window, [['z', nowMs - GENERATION_MS]], STAMP_B);
    expect(states(later)).toEqual({
      [today]: { stamp: STAMP_A, adds: 2 },
      [today - 1]: { stamp: STAMP_B, adds: 1 },
    });
  });

  it('counts only adds that change something', async () => {
    const window = await makeWindow();
    await ask(window, [['x', nowMs]]);
    expect(states(await ask(window, [['x', nowMs]], STAMP_B))).toEqual({ [today]: { stamp: STAMP_A, adds: 1 } });
  });

  it('adds a repeat to its own generation when only an older one has it, so that it is found from there on', async () => {
    const window = await makeWindow();
    await ask(window, [['x', nowMs - GENERATION_MS]]);
    const reply = await ask(window, [['x', nowMs]], STAMP_B);
    expect(reply.maybe).toEqual([true]);
    expect(states(reply)[today]).toEqual({ stamp: STAMP_B, adds: 1 });
  });

  it('gives a new stamp to a generation with fewer adds than the caller has seen under its stamp', async () => {
    const window = await makeWindow();
    await ask(window, [['x', nowMs]]);
    const seen = (stamp: string, adds: number) => new Map([[today, { stamp, adds }]]);
    expect(states(await ask(window, [['y', nowMs]], STAMP_B, seen(STAMP_A, 1)))[today]?.stamp).toBe(STAMP_A);
    expect(states(await ask(window, [['y', nowMs]], STAMP_B, seen(STAMP_B, 9)))[today]?.stamp).toBe(STAMP_A);
    expect(states(await ask(window, [['y', nowMs]], STAMP_B, seen(STAMP_A, 3)))[today]?.stamp).toBe(STAMP_B);
    expect(states(await ask(window, [['z', nowMs]]))[today]?.stamp).toBe(STAMP_B);
  });

  it('does not keep a generation whose end has passed', async () => {
    const window = await makeWindow();
    const longAgoMs = nowMs - 8 * GENERATION_MS;
    expect(states(await ask(window, [['x', longAgoMs]]))).toEqual({});
    expect((await ask(window, [['x', longAgoMs]])).maybe).toEqual([false]);
  });

  it('takes a batch of many events and many bits', async () => {
    const window = await makeWindow();
    const batch = Array.from({ length: 300 }, (_, i) => [`event ${i}`, nowMs + i] as const);
    expect((await ask(window, batch)).maybe).not.toContain(true);
    expect((await ask(window, batch)).maybe).not.toContain(false);
  });
}
