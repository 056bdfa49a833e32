import { describe, expect, it } from '@jest/globals';
import { contactAction, queued } from '../support/queued-events.ts';
import { routerWorld } from '../support/router-world.ts';

/** No date has this many milliseconds: writing the record's line threw, and its whole batch came back for ever. */
const AFTER_THE_LAST_DATE_MS = 9e15;

describe('a message whose time of receipt is no time', () => {
  it('is parked, and its neighbours are routed', async () => {
    const world = routerWorld();
    const nowMs = world.clock.nowMs();
    const poison = queued(contactAction('c1', 'x', AFTER_THE_LAST_DATE_MS), { sentAtMs: nowMs });
    const neighbour = queued(contactAction('c1', 'a', nowMs));
    expect(await world.work([poison, neighbour])).toEqual([]);
    expect(world.contents()).toEqual(['a']);
    expect(world.parked).toMatchObject([{ messageId: poison.messageId, reason: 'envelope-unreadable' }]);
  });
});
