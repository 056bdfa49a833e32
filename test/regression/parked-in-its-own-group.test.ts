import { describe, expect, it } from '@jest/globals';
import { messageGroupOf } from '../../lib/events/message-group.ts';
import { contactAction, queued } from '../support/queued-events.ts';
import { routerWorld } from '../support/router-world.ts';

/**
 * A redrive by AWS's console sends each parked message in the group that it had in the dead-letter queue, which is one of its
 * own. Parked again, it was to return to that group, where nothing keeps it apart from a repeat in its contact's.
 */
describe('an event that came in another group than its order key has', () => {
  it('is parked for the group of its order key', async () => {
    const world = routerWorld();
    const envelope = { ...contactAction('c1', 'x', world.clock.nowMs()), routingType: 'GONE' };
    const record = queued(envelope);
    record.attributes.MessageGroupId = 'the-parked-message-itself';
    expect(await world.work([record])).toEqual([]);
    expect(world.parked).toMatchObject([{ reason: 'no-topic', groupId: messageGroupOf(envelope) }]);
  });

  it('is parked for the one it came in when nothing says what it is', async () => {
    const world = routerWorld();
    const record = queued(contactAction('c1', 'x', world.clock.nowMs()), { body: 'no envelope' });
    expect(await world.work([record])).toEqual([]);
    expect(world.parked).toMatchObject([{ groupId: record.attributes.MessageGroupId }]);
  });
});
