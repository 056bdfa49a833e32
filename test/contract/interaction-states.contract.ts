import { expect, it } from '@jest/globals';
import { type InteractionStates, interactionStateOf } from '../../lib/routing/interaction-state.ts';
import { interactionUpdate } from '../support/queued-events.ts';

const NOON_MS = Date.UTC(2026, 0, 31, 12);

export interface StatesUnderTest {
  states: InteractionStates;
  /** `updatedTimestamp` and `receivedAtMs` of what stands. */
  standing(interactionId: string): Promise<[string, number] | undefined>;
}

/** What every InteractionStates does (contract §1, strategy `interaction`). Each test uses an interaction of its own. */
export function interactionStatesContract(make: () => StatesUnderTest): void {
  let last = 0;
  const story = async (...updates: [fraction: string, receivedAtMs: number][]) => {
    const { states, standing } = make();
    const id = `i${++last}`;
    const answers: string[] = [];
    for (const [fraction, receivedAtMs] of updates) {
      const envelope = interactionUpdate(id, `2026-01-31T11:00:0${fraction}Z`, NOON_MS + receivedAtMs);
      answers.push(await states.put(interactionStateOf(envelope)));
    }
    const [timestamp = '', receivedAtMs = 0] = (await standing(id)) ?? [];
    return { answers, stands: [timestamp.slice(18, -1), receivedAtMs - NOON_MS] };
  };

  it('lets a newer update win and an older one never', async () => {
    expect(await story(['2', 0], ['5', 1], ['3', 2])).toEqual({
      answers: ['stored', 'stored', 'older'],
      stands: ['5', 1],
    });
  });

  it('at equal times lets the later receipt win, whichever comes first', async () => {
    expect(await story(['2', 0], ['2', 1])).toEqual({ answers: ['stored', 'stored'], stands: ['2', 1] });
    expect(await story(['2', 1], ['2', 0])).toEqual({ answers: ['stored', 'older'], stands: ['2', 1] });
  });

  it('stores the same state again', async () => {
    expect(await story(['2', 1], ['2', 1])).toEqual({ answers: ['stored', 'stored'], stands: ['2', 1] });
  });

  it('tells nanoseconds apart, however many digits are written', async () => {
    expect(await story(['2.000000009', 0], ['2.000000001', 1])).toMatchObject({ answers: ['stored', 'older'] });
    expect(await story(['2.0009', 0], ['2.00091', 1], ['2.0009', 2])).toMatchObject({
      answers: ['stored', 'stored', 'older'],
    });
  });
}
