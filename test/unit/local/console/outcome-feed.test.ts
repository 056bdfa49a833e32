import { describe, expect, it } from '@jest/globals';
import { ActivityHistory } from '../../../../local/watch/activity-history.ts';
import { OutcomeFeed } from '../../../../local/watch/outcome-feed.ts';

const START_MS = Date.UTC(2026, 0, 31, 12);
const line = (fields: Record<string, unknown>, afterMs = 0) =>
  JSON.stringify({ level: 'INFO', timestamp: new Date(START_MS + afterMs).toISOString(), ...fields });
const accepted = (eventId: string, afterMs: number) => line({ message: 'webhook', status: 202, eventId }, afterMs);
const kinds = (feed: OutcomeFeed) => feed.after(0).map(({ kind }) => kind);

describe('the feed of outcomes', () => {
  it('tells a repeat that the queue drops by its rule: five minutes from the one it took, not extended by repeats', () => {
    const feed = new OutcomeFeed();
    for (const afterMs of [0, 200_000, 299_999, 300_000, 599_999]) feed.read(accepted('a', afterMs));
    feed.read(accepted('b', 600_000));
    const dropped = 'queue-duplicate';
    expect(kinds(feed)).toEqual(['accepted', dropped, dropped, 'accepted', dropped, 'accepted']);
    expect(feed.totals.byKind).toMatchObject({ accepted: 3, 'queue-duplicate': 3 });
  });

  it('counts refusals by reason and routed events by destination', () => {
    const feed = new OutcomeFeed();
    for (const reason of ['unauthorized', 'unauthorized', 'not-json'])
      feed.read(line({ message: 'webhook', status: 400, reason }));
    feed.read(line({ message: 'event routed', outcome: 'routed', topic: 't', ageMs: 40 }));
    feed.read(line({ message: 'event routed', outcome: 'routed', kind: 'dnc', ageMs: 60 }));
    expect(feed.totals).toMatchObject({
      rejectedByReason: { unauthorized: 2, 'not-json': 1 },
      routedByDestination: { t: 1, 'DNC queue': 1 },
      routedAgeMs: 100,
    });
  });

  it('passes over lines that tell of no outcome, and half lines', () => {
    const feed = new OutcomeFeed();
    for (const text of [
      '{"_aws":{}}',
      line({ message: 'reconciled' }),
      '{"message":"webhook","sta',
      '"message":"event ',
    ]) {
      feed.read(text);
    }
    feed.read(line({ message: 'event of another sort', outcome: 'other' }));
    expect(feed.after(0)).toEqual([]);
  });

  it('keeps the newest 200 and hands out those after an id', () => {
    const feed = new OutcomeFeed();
    for (let number = 0; number < 1000; number++) feed.read(accepted(`e-${number}`, number));
    expect(feed.after(0)).toHaveLength(200);
    expect(feed.after(998).map(({ id, line: { eventId } }) => [id, eventId])).toEqual([
      [999, 'e-998'],
      [1000, 'e-999'],
    ]);
  });
});

it('the history has what happened in each second, and the mean time to the topic', () => {
  const feed = new OutcomeFeed();
  const history = new ActivityHistory(feed.totals);
  history.stop();
  feed.read(accepted('a', 0));
  feed.read(accepted('a', 1));
  for (const ageMs of [10, 30]) feed.read(line({ message: 'event routed', outcome: 'routed', ageMs }));
  history.sample(1000);
  history.sample(2000);
  expect(history.samples).toEqual([
    { atMs: 1000, accepted: 2, rejected: 0, routed: 2, dropped: 1, routingMs: 20 },
    { atMs: 2000, accepted: 0, rejected: 0, routed: 0, dropped: 0, routingMs: null },
  ]);
});
