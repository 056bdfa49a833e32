import { describe, expect, it } from '@jest/globals';
import { check } from '../../soak/checker/check.ts';
import type { Arrival, Evidence, RouterLine, SentEvent } from '../../soak/checker/evidence.ts';

const TOPIC = 'cxone.transfers.raw';

/** Event `number` was sent at second `number` and accepted half a second later. */
function event(number: number, changes: Partial<SentEvent> = {}): SentEvent {
  return {
    number,
    kind: 'contact-action',
    identity: `event ${number}`,
    orderKey: 'contact-1',
    topic: TOPIC,
    begunAtMs: number * 1000,
    acceptedAtMs: number * 1000 + 500,
    eventId: `id-${number}`,
    answers: [{ atMs: number * 1000 + 500, status: 202 }],
    ...changes,
  };
}

const arrival = (number: number, offset: number, changes: Partial<Arrival> = {}): Arrival => ({
  topic: TOPIC,
  partition: 0,
  offset,
  number,
  eventId: `id-${number}`,
  asSent: true,
  ...changes,
});

const line = (
  number: number,
  outcome: string,
  reason: string | null = null,
  atMs = number * 1000 + 900,
): RouterLine => ({
  atMs,
  eventId: `id-${number}`,
  outcome,
  reason,
});

const optOut = (number: number, eventTime: string, changes: Partial<SentEvent> = {}): SentEvent =>
  event(number, {
    kind: 'dnc',
    topic: null,
    orderKey: '+14155550100',
    dnc: { phoneNumber: '+14155550100', preference: 'optOut', eventTime },
    ...changes,
  });
const optIn = (number: number, eventTime: string): SentEvent =>
  optOut(number, eventTime, { dnc: { phoneNumber: '+14155550100', preference: 'optIn', eventTime } });
const update = (number: number, updatedTimestamp: string): SentEvent =>
  event(number, {
    kind: 'interaction-update',
    identity: 'interaction-1',
    orderKey: 'interaction-1',
    update: { interactionId: 'interaction-1', updatedTimestamp },
  });

const NOON = '2026-01-31T12:00:00.000Z';
const LATER = '2026-01-31T12:00:01.000Z';

/** Three events of one contact, as they should be; `changes` plants what is wrong. */
function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    sent: [event(1), event(2), event(3)],
    arrivals: [arrival(1, 0), arrival(2, 1), arrival(3, 2)],
    lines: [line(1, 'routed'), line(2, 'routed'), line(3, 'routed')],
    deaths: [],
    parked: [],
    unreadableSent: 0,
    dnc: { queue: new Map(), cxone: new Map() },
    interactions: new Map(),
    auditChain: 'intact',
    violations: [],
    unsettled: null,
    ...changes,
  };
}

const breaches = (changes: Partial<Evidence>) =>
  check(evidence(changes)).breaches.map(({ kind, events }) => [kind, ...events]);

describe('a soak in which everything held', () => {
  it('has no breach', () => {
    expect(check(evidence())).toEqual({ accepted: 3, arrived: 3, breaches: [], explained: new Map() });
  });

  it('may have events that were never accepted, whether they arrived or not', () => {
    const open = { acceptedAtMs: null, eventId: null };
    expect(
      breaches({ sent: [event(1), event(2, open), event(3, open)], arrivals: [arrival(1, 0), arrival(2, 1)] }),
    ).toEqual([]);
  });

  it('may have events of overlapping requests in either order, and those of other contacts and topics in any', () => {
    const overlapping = { sent: [event(1), event(2, { begunAtMs: 1400 })], arrivals: [arrival(2, 0), arrival(1, 1)] };
    expect(breaches(overlapping)).toEqual([]);
    const apart = { sent: [event(1), event(2, { orderKey: 'contact-2' })], arrivals: [arrival(2, 0), arrival(1, 1)] };
    expect(breaches(apart)).toEqual([]);
  });
});

describe('an event that is not where it should be', () => {
  it('is lost when it was accepted and never arrived', () => {
    expect(breaches({ arrivals: [arrival(1, 0), arrival(3, 1)] })).toEqual([['lost', 2]]);
    expect(
      breaches({ arrivals: [arrival(1, 0), arrival(3, 1)], lines: [line(2, 'duplicate'), line(2, 'routed')] }),
    ).toEqual([['lost', 2]]);
  });

  it('is wrongly dropped when the router called it a duplicate and it never arrived', () => {
    const lines = [line(1, 'routed'), line(2, 'duplicate'), line(3, 'routed')];
    expect(breaches({ arrivals: [arrival(1, 0), arrival(3, 1)], lines })).toEqual([['wrongly dropped', 2]]);
  });

  it('is parked when it lies in the dead-letter queue', () => {
    const parked = [{ eventId: 'id-2', reason: 'record-refused' }];
    expect(breaches({ arrivals: [arrival(1, 0), arrival(3, 1)], parked })).toEqual([['parked', 2]]);
  });

  it('is lost when it was unreadable and was not parked', () => {
    const parked = [{ eventId: null, reason: 'envelope-unreadable' }];
    expect(breaches({ unreadableSent: 1, parked })).toEqual([]);
    expect(breaches({ unreadableSent: 2, parked })).toEqual([['lost']]);
  });

  it('is invented when nobody sent it', () => {
    expect(breaches({ arrivals: [...evidence().arrivals, arrival(4, 3), arrival(5, 4, { number: null })] })).toEqual([
      ['invented'],
      ['invented'],
    ]);
  });

  it('is altered when its bytes, its topic or its id are not those sent', () => {
    const others = [arrival(2, 1), arrival(3, 2)];
    for (const change of [{ asSent: false }, { topic: 'cxone.calls.terminated' }, { eventId: 'another' }])
      expect(breaches({ arrivals: [arrival(1, 0, change), ...others] })).toEqual([['altered', 1]]);
  });
});

describe('an event that stands twice', () => {
  const arrivals = [...evidence().arrivals, arrival(2, 3)];

  it('is duplicated when nothing accounts for it', () => {
    expect(breaches({ arrivals })).toEqual([['duplicated', 2]]);
    const heldBack = line(2, 'retry', 'elder-of-its-group-retried');
    expect(breaches({ arrivals, lines: [...evidence().lines, heldBack] })).toEqual([['duplicated', 2]]);
    const others = line(1, 'retry', 'kafka-unconfirmed');
    expect(breaches({ arrivals, lines: [...evidence().lines, others] })).toEqual([['duplicated', 2]]);
  });

  it.each(['kafka-unconfirmed', 'ledger-unwritable', 'topic-log-unavailable'])(
    'is explained by a retry after %s',
    (reason) => {
      const { breaches: none, explained } = check(
        evidence({ arrivals, lines: [line(2, 'retry', reason), line(2, 'routed')] }),
      );
      expect(none).toEqual([]);
      expect([...explained]).toEqual([[`not confirmed (${reason})`, 1]]);
    },
  );

  it('is explained by a death between its sending and its being routed, and by no other', () => {
    const dead = (atMs: number) => breaches({ arrivals, deaths: [{ atMs, what: 'relay 1 killed' }] });
    expect(dead(2500)).toEqual([]);
    expect(dead(1999)).toEqual([['duplicated', 2]]);
    expect(dead(2901)).toEqual([['duplicated', 2]]);
  });

  it('needs one cause for each repeat', () => {
    const thrice = [...arrivals, arrival(2, 4)];
    const once = [line(2, 'retry', 'kafka-unconfirmed'), line(2, 'routed')];
    expect(breaches({ arrivals: thrice, lines: once })).toEqual([['duplicated', 2]]);
    expect(breaches({ arrivals: thrice, lines: [...once, line(2, 'retry', 'kafka-deadline')] })).toEqual([]);
  });

  it('is duplicated as well when its interaction was routed by another update', () => {
    const sent = [update(1, NOON), update(2, LATER)];
    const interactions = new Map([['interaction-1', LATER]]);
    expect(breaches({ sent, arrivals: [arrival(1, 0)], interactions })).toEqual([]);
    expect(breaches({ sent, arrivals: [arrival(1, 0), arrival(2, 1)], interactions })).toEqual([
      ['duplicated', 1, 2],
      ['out of order', 1, 2],
    ]);
  });
});

describe('order', () => {
  it('is broken when an event stands before one that was accepted before it was sent', () => {
    expect(breaches({ arrivals: [arrival(1, 0), arrival(3, 1), arrival(2, 2)] })).toEqual([['out of order', 2, 3]]);
    expect(breaches({ arrivals: [arrival(3, 0), arrival(1, 1), arrival(2, 2)] })).toEqual([
      ['out of order', 1, 3],
      ['out of order', 2, 3],
    ]);
  });

  it('is that of first occurrences: a repeat further behind does not count', () => {
    const deaths = [{ atMs: 1100, what: 'relay 1 killed' }];
    expect(breaches({ arrivals: [...evidence().arrivals, arrival(1, 3)], deaths, lines: [] })).toEqual([]);
  });

  it('is that of the topic, in whatever order its records were read', () => {
    expect(breaches({ arrivals: [arrival(3, 2), arrival(1, 0), arrival(2, 1)] })).toEqual([]);
  });

  it('is broken when a later update of an interaction was routed instead of its first', () => {
    const interactions = new Map([['interaction-1', LATER]]);
    expect(breaches({ sent: [update(1, NOON), update(2, LATER)], arrivals: [arrival(2, 0)], interactions })).toEqual([
      ['out of order', 1, 2],
    ]);
  });
});

describe('the Do-Not-Call end state', () => {
  const end = (preference: 'optIn' | 'optOut', eventTime: string, state = 'synced') =>
    new Map([['+14155550100', { preference, eventTime, state }]]);
  const listed = (optOutDate: string | null) =>
    new Map([['+14155550100', { doNotCall: optOutDate !== null, optOutDate }]]);
  const judged = (sent: SentEvent[], queue: Evidence['dnc']['queue'], cxone: Evidence['dnc']['cxone']) =>
    breaches({ sent, arrivals: [], dnc: { queue, cxone } });
  const late = [optOut(2, LATER), optIn(1, NOON)];
  const breach = [['DNC end state', 2, 1]];

  it('is the newest preference, whenever it came, here and at CXone', () => {
    expect(judged(late, end('optOut', LATER), listed(LATER))).toEqual([]);
    expect(judged(late, end('optIn', NOON), listed(LATER))).toEqual(breach);
    expect(judged(late, end('optOut', LATER), listed(null))).toEqual(breach);
    expect(judged(late, end('optOut', LATER), listed(NOON))).toEqual(breach);
    expect(judged(late, end('optOut', LATER, 'pending'), listed(LATER))).toEqual(breach);
    expect(judged(late, new Map(), new Map())).toEqual(breach);
  });

  it('is opt-out at equal times', () => {
    const equal = [optOut(1, NOON), optIn(2, NOON)];
    expect(judged(equal, end('optOut', NOON), listed(NOON))).toEqual([]);
    expect(judged(equal, end('optIn', NOON), listed(null))).toEqual([['DNC end state', 1, 2]]);
  });

  it('may be that of a newer event of which nobody knows whether it was taken, but not of an older one', () => {
    const open = { acceptedAtMs: null };
    expect(judged([optIn(1, NOON), optOut(2, LATER, open)], end('optOut', LATER), listed(LATER))).toEqual([]);
    expect(judged([optIn(1, LATER), optOut(2, NOON, open)], end('optOut', NOON), listed(NOON))).toEqual([
      ['DNC end state', 1, 2],
    ]);
  });
});

describe('everything else', () => {
  it('an interaction’s state is that of its newest update', () => {
    const sent = [update(1, LATER), update(2, NOON)];
    const judged = (stored: [string, string][]) =>
      breaches({ sent, arrivals: [arrival(1, 0)], interactions: new Map(stored) });
    expect(judged([['interaction-1', LATER]])).toEqual([]);
    expect(judged([['interaction-1', NOON]])).toEqual([['interaction state', 1, 2]]);
    expect(judged([['interaction-1', '2027-01-01T00:00:00Z']])).toEqual([['interaction state', 1, 2]]);
    expect(judged([])).toEqual([['interaction state', 1, 2]]);
  });

  it('a broken audit chain, a broken rule of the contract and unfinished work are breaches', () => {
    expect(breaches({ auditChain: 'broken' })).toEqual([['audit chain']]);
    expect(breaches({ violations: ['batch-size: 101 contacts'] })).toEqual([['contract']]);
    expect(breaches({ unsettled: '3 messages' })).toEqual([['not settled']]);
  });
});
