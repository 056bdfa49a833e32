import { describe, expect, it } from '@jest/globals';
import { dncWish, queued } from '../support/queued-events.ts';
import { routerWorld } from '../support/router-world.ts';

const DAY_MS = 86_400_000;
const NUMBER = '+14155550100';

/**
 * Records that are parked or held back before they become events had a line without eventId and kind, and with the message
 * group, which for a DNC event is a plain hash of the phone number.
 */
describe('the line of a record that never becomes an event', () => {
  it.each([
    { why: 'has been retried for 13 days', body: undefined, reason: 'retries-exhausted', ageMs: 13 * DAY_MS + 1 },
    { why: 'has a body that says nothing', body: '{}', reason: 'event-invalid-field', ageMs: 0 },
  ])('names the event and masks the number when it $why', async ({ body, reason, ageMs }) => {
    const world = routerWorld();
    const at = world.clock.nowMs() - ageMs;
    const wish = dncWish(NUMBER, 'optOut', '2026-01-31T12:00:00Z', at);
    const record = queued(body === undefined ? wish : { ...wish, body: Buffer.from(body) });
    expect(await world.work([record])).toEqual([]);
    expect(world.parked).toMatchObject([{ reason, eventId: wish.eventId }]);
    expect(world.log.lines).toMatchObject([
      { outcome: 'parked', reason, eventId: wish.eventId, kind: 'dnc', phoneNumber: '+1415*****00' },
    ]);
    expect(JSON.stringify(world.log.lines)).not.toContain(record.attributes.MessageGroupId);
  });

  it('does so too when it waits behind one that cannot be parked', async () => {
    const world = routerWorld();
    world.faults.park = true;
    const wish = dncWish(NUMBER, 'optOut', '2026-01-31T12:00:00Z', world.clock.nowMs());
    const records = [queued(wish, { sentAtMs: wish.receivedAtMs - 14 * DAY_MS }), queued(wish)];
    await world.work(records);
    expect(world.log.lines).toMatchObject(
      records.map(() => ({ outcome: 'retry', eventId: wish.eventId, kind: 'dnc' })),
    );
    expect(JSON.stringify(world.log.lines)).not.toContain(records[0]?.attributes.MessageGroupId);
  });
});
