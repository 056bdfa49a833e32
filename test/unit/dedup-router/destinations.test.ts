import { describe, expect, it } from '@jest/globals';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { dncWish, interactionUpdate, queued } from '../../support/queued-events.ts';
import { routerWorld } from '../../support/router-world.ts';

const UPDATED = 'cxone.data-actions.updated';
const STATES = 'cxone.interactions.state';
const timesOf = (world: ReturnType<typeof routerWorld>, topic: string) =>
  (world.topics.get(topic) ?? []).map(({ value }) => JSON.parse(Buffer.from(value).toString()).updatedTimestamp);
const at = (second: number) => `2026-01-31T11:59:0${second}Z`;

describe('DNC events', () => {
  it('go to the DNC queue once, not to a topic', async () => {
    const world = routerWorld();
    const wish = dncWish('+14155550100', 'optOut', at(0), world.clock.nowMs());
    expect(await world.work([queued(wish), queued(wish)])).toEqual([]);
    expect(world.dncQueue.standing.get('+14155550100')).toMatchObject({ preference: 'optOut', eventId: wish.eventId });
    expect(world.sends).toEqual([]);
    expect(world.outcomes()).toEqual(['routed', 'duplicate']);
  });

  it('of a number wait behind one that could not be written; other numbers do not', async () => {
    const world = routerWorld();
    const nowMs = world.clock.nowMs();
    let failures = 1;
    world.faults.dnc = (number) => number === '+14155550100' && failures-- > 0;
    const records = [
      queued(dncWish('+14155550100', 'optOut', at(0), nowMs), { messageId: 'a' }),
      queued(dncWish('+14155550100', 'optIn', at(1), nowMs), { messageId: 'b' }),
      queued(dncWish('+14155550101', 'optIn', at(1), nowMs), { messageId: 'c' }),
    ];
    expect(await world.work(records)).toEqual(['a', 'b']);
    expect([...world.dncQueue.standing.keys()]).toEqual(['+14155550101']);
    expect(await world.work(records.slice(0, 2))).toEqual([]);
    expect(world.dncQueue.standing.get('+14155550100')).toMatchObject({ preference: 'optIn' });
  });

  it('that are repeated after a lost commit change nothing', async () => {
    const world = routerWorld();
    const record = queued(dncWish('+14155550100', 'optOut', at(0), world.clock.nowMs()));
    world.ledger.faults.write = true;
    await world.work([record]);
    world.ledger.faults.write = false;
    world.restart();
    expect(await world.work([record])).toEqual([]);
    expect(world.outcomes()).toEqual(['retry', 'routed']);
  });

  it('whose body says nothing readable are parked', async () => {
    const world = routerWorld();
    await world.work([queued(dncWish('+14155550100', 'perhaps', at(0), world.clock.nowMs()))]);
    expect(world.parked).toMatchObject([{ reason: 'event-invalid-field' }]);
  });
});

describe('strategy "interaction"', () => {
  it('routes the first event of an interaction; each newer update moves its state, an older one never', async () => {
    const world = routerWorld();
    const nowMs = world.clock.nowMs();
    const updates = [2, 5, 3].map((second) => queued(interactionUpdate('i1', at(second), nowMs)));
    await world.work(updates.slice(0, 1));
    await world.work(updates.slice(1));
    expect(timesOf(world, UPDATED)).toEqual([at(2)]);
    expect(world.states.get('i1')?.updatedTimestamp).toBe(at(5));
    expect(world.outcomes()).toEqual(['routed', 'duplicate', 'duplicate']);
  });

  it('tells digits beyond the millisecond apart; at equal times the later receipt wins', async () => {
    const world = routerWorld();
    const nowMs = world.clock.nowMs();
    const fine = (digits: string, receivedAtMs: number) =>
      queued(interactionUpdate('i1', `2026-01-31T12:00:00.000${digits}Z`, receivedAtMs));
    await world.work([fine('9', nowMs), fine('1', nowMs + 1)]);
    expect(world.states.get('i1')?.updatedTimestamp).toContain('0009');
    await world.work([fine('90', nowMs + 2)]);
    expect(world.states.get('i1')?.updatedTimestamp).toContain('00090');
  });

  it('keeps interactions and kinds apart by their ledger keys', async () => {
    const world = routerWorld();
    await world.work([queued(interactionUpdate('i1', at(0), 0), { sentAtMs: world.clock.nowMs() })]);
    expect([...world.ledger.items.keys()]).toEqual(['interaction-update#i1']);
  });

  it('stands in the topic once although its state could not be stored at first', async () => {
    const world = routerWorld();
    const record = queued(interactionUpdate('i1', at(0), world.clock.nowMs()), { messageId: 'a' });
    world.faults.state = () => true;
    expect(await world.work([record])).toEqual(['a']);
    world.faults.state = () => false;
    world.restart();
    expect(await world.work([record])).toEqual([]);
    expect(timesOf(world, UPDATED)).toEqual([at(0)]);
    expect(world.states.get('i1')?.updatedTimestamp).toBe(at(0));
  });

  it('is said not to be in the ledger when neither that nor its state could be written: its topic may get it again', async () => {
    const world = routerWorld();
    const record = queued(interactionUpdate('i1', at(0), world.clock.nowMs()), { messageId: 'a' });
    world.faults.state = () => true;
    world.ledger.faults.write = true;
    expect(await world.work([record])).toEqual(['a']);
    expect(world.reasons()).toEqual(['ledger-unwritable']);
  });

  it('tells the state topic each newest state, after the table, and again when the send had failed', async () => {
    const world = routerWorld({ interactionStateTopic: STATES });
    const nowMs = world.clock.nowMs();
    const records = [1, 4, 2, 6].map((second) =>
      queued(interactionUpdate('i1', at(second), nowMs), { messageId: `u${second}` }),
    );
    world.sinkFaults.before = (topic) => {
      if (topic === STATES) throw new UnavailableError('kafka-unavailable', 'switched off');
    };
    // u2 is older than what stands: it has nothing to tell, but shares the fate of the first
    expect(await world.work(records)).toEqual(['u1', 'u4', 'u2', 'u6']);
    world.sinkFaults.before = undefined as never;
    expect(await world.work(records)).toEqual([]);
    expect(timesOf(world, STATES)).toEqual([at(6)]);
    expect(timesOf(world, UPDATED)).toEqual([at(1)]);
    await world.work([queued(interactionUpdate('i1', at(5), nowMs)), queued(interactionUpdate('i1', at(8), nowMs))]);
    expect(timesOf(world, STATES)).toEqual([at(6), at(8)]);
  });
});
