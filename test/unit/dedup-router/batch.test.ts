import { describe, expect, it } from '@jest/globals';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { RecordRefusedError } from '../../../lib/routing/sink.ts';
import { contactAction, dncWish, interactionUpdate, queued } from '../../support/queued-events.ts';
import { routerWorld } from '../../support/router-world.ts';

const HOUR_MS = 3_600_000;
const RAW = 'cxone.interactions.raw';
const away = () => {
  throw new UnavailableError('kafka-unavailable', 'switched off');
};
const bodyOf = (value: Uint8Array) => Buffer.from(value).toString();

describe('a batch of the events queue', () => {
  it('puts each event into its topic as it came, with key, headers and time of receipt', async () => {
    const world = routerWorld();
    const event = { ...contactAction('c1', 'a', world.clock.nowMs() - 5), traceparent: '00-ab-cd-01' };
    expect(await world.work([queued(event)])).toEqual([]);
    const [record] = world.topics.get(RAW) ?? [];
    expect(record).toMatchObject({
      key: expect.stringMatching(/^pk-[0-9a-f]{16}$/),
      timestampMs: event.receivedAtMs,
      headers: { ce_id: event.eventId, ce_type: 'INTERACTION_CREATED', traceparent: '00-ab-cd-01' },
    });
    expect(bodyOf(record?.value ?? new Uint8Array())).toBe(bodyOf(event.body));
    expect(world.counts).toMatchObject({ EventsRouted: 1, ReceiptToTopic: 5 });
  });

  it('keeps the order of a group, drops repeats and copies, in one send a topic', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    const [a, b, c] = ['a', 'b', 'c'].map((content) => contactAction('c1', content, at)) as [never, never, never];
    await world.work([queued(a)]);
    expect(await world.work([queued(b), queued(a), queued(b), queued(c), queued(c)])).toEqual([]);
    expect(world.contents()).toEqual(['a', 'b', 'c']);
    expect(world.sends.at(-1)).toEqual({ topic: RAW, size: 2 });
    expect(world.outcomes()).toEqual(['routed', 'routed', 'duplicate', 'duplicate', 'routed', 'duplicate']);
  });

  it('retries a topic that is away, the copies with their first, and lets other topics go on', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    const first = queued(contactAction('c1', 'a', at), { messageId: 'first' });
    const copy = queued(contactAction('c1', 'a', at), { messageId: 'copy' });
    const update = queued(interactionUpdate('i1', '2026-01-31T12:00:00Z', at));
    world.sinkFaults.before = (topic) => (topic === RAW ? away() : undefined);
    expect(await world.work([first, copy, update])).toEqual(['first', 'copy']);
    expect([...world.topics.keys()]).toEqual(['cxone.data-actions.updated']);
    expect(world.ledger.items.size).toBe(1);
    world.sinkFaults.before = undefined as never;
    expect(await world.work([first, copy])).toEqual([]);
    expect(world.contents()).toEqual(['a']);
  });

  it('commits what one partition has confirmed while another is away: it is not sent again, and nobody waits for it', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    const contacts = Array.from({ length: 9 }, (_, n) =>
      queued(contactAction(`c${n}`, `${n}`, at), { messageId: `c${n}` }),
    );
    world.sinkFaults.before = (_topic, part) =>
      part.some(({ value }) => bodyOf(value).includes('"0"')) ? away() : undefined;
    const failed = await world.work(contacts);
    expect(failed).toContain('c0');
    expect(failed.length).toBeLessThan(contacts.length);
    world.sinkFaults.before = undefined as never;
    await world.work(contacts.filter(({ messageId }) => failed.includes(messageId)));
    expect(world.contents().sort()).toEqual(contacts.map((_, n) => `${n}`));
    expect(world.ledger.items.size).toBe(contacts.length);
  });

  it('gives all retries of a group one delay that grows by deliveries, five minutes at most, later half an hour', async () => {
    const world = routerWorld();
    world.sinkFaults.before = away;
    const at = world.clock.nowMs();
    const delaysOf = async (receiveCount: number, sentAtMs: number) => {
      const records = ['x', 'y'].map((content) =>
        queued(contactAction('c1', content, at), { receiveCount: content === 'x' ? receiveCount : 1, sentAtMs }),
      );
      await world.work(records);
      return records.map(({ receiptHandle }) => world.delays.get(receiptHandle));
    };
    expect(await delaysOf(1, at)).toEqual([2, 2]);
    expect(await delaysOf(3, at)).toEqual([8, 8]);
    expect(await delaysOf(20, at)).toEqual([300, 300]);
    expect(await delaysOf(300, at - 25 * HOUR_MS)).toEqual([1800, 1800]);
  });

  it('goes on when a delay cannot be set', async () => {
    const world = routerWorld();
    world.sinkFaults.before = away;
    world.faults.visibility = true;
    expect(
      await world.work([queued(contactAction('c1', 'a', 0), { messageId: 'a', sentAtMs: world.clock.nowMs() })]),
    ).toEqual(['a']);
    expect(world.log.lines.map(({ message }) => message)).toContain('retries not delayed');
  });

  it('masks the number of a DNC event in its line, group and details included', async () => {
    const world = routerWorld();
    const number = '+14155550100';
    const record = queued(dncWish(number, 'optOut', '2026-01-31T12:00:00Z', world.clock.nowMs()));
    await world.work([record]);
    world.faults.dnc = () => true;
    await world.work([queued(dncWish(number, 'optIn', '2026-01-31T12:00:01Z', world.clock.nowMs()))]);
    const text = JSON.stringify(world.log.lines);
    expect(world.outcomes()).toEqual(['routed', 'retry']);
    expect(text).not.toContain('55550100');
    expect(text).not.toContain(record.attributes.MessageGroupId);
    expect(text).toContain('+1415*****00');
  });
});

describe('poison', () => {
  it('is parked with its reason, unchanged, and its neighbours are routed', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    const poison = queued(contactAction('c1', 'x', at), { messageId: 'poison', body: '{"v":1}' });
    const noTopic = queued({ ...contactAction('c1', 'y', at), routingType: 'GONE' }, { messageId: 'gone' });
    const neighbours = ['a', 'b'].map((content) => queued(contactAction('c1', content, at)));
    expect(await world.work([neighbours[0] as never, poison, noTopic, neighbours[1] as never])).toEqual([]);
    expect(world.contents()).toEqual(['a', 'b']);
    expect(world.parked).toMatchObject([
      {
        messageId: 'poison',
        body: '{"v":1}',
        reason: 'envelope-unreadable',
        groupId: poison.attributes.MessageGroupId,
      },
      { messageId: 'gone', reason: 'no-topic', eventId: expect.any(String) },
    ]);
    expect(world.outcomes()).toEqual(['routed', 'parked', 'parked', 'routed']);
  });

  it('that cannot be parked is retried, and its group waits for it', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    world.faults.park = true;
    const records = [
      queued(contactAction('c1', 'x', at), { messageId: 'poison', body: 'no json' }),
      queued(contactAction('c1', 'a', at), { messageId: 'behind' }),
      queued(contactAction('c2', 'b', at), { messageId: 'other' }),
    ];
    expect(await world.work(records)).toEqual(['poison', 'behind']);
    expect(world.contents()).toEqual(['b']);
    world.faults.park = false;
    expect(await world.work(records.slice(0, 2))).toEqual([]);
    expect(world.contents()).toEqual(['b', 'a']);
  });

  it('whose topic is gone and that cannot be parked holds its group back', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    world.faults.park = true;
    const records = [
      queued({ ...contactAction('c1', 'y', at), routingType: 'GONE' }, { messageId: 'gone' }),
      queued(contactAction('c1', 'a', at), { messageId: 'behind' }),
    ];
    expect(await world.work(records)).toEqual(['gone', 'behind']);
    expect(world.contents()).toEqual([]);
  });

  it('that the topic refuses is found singly and parked; earlier and later ones are routed in order', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    world.sinkFaults.before = (_topic, records) => {
      if (records.some(({ value }) => bodyOf(value).includes('HUGE'))) throw new RecordRefusedError('too large');
    };
    const records = ['a', 'HUGE', 'b', 'HUGE too', 'c'].map((content) => queued(contactAction('c1', content, at)));
    expect(await world.work(records)).toEqual([]);
    expect(world.contents()).toEqual(['a', 'b', 'c']);
    expect(world.parked.map(({ reason }) => reason)).toEqual(['record-refused', 'record-refused']);
    expect([...world.ledger.items]).toHaveLength(3);
  });

  it('that the topic refuses does not make what other partitions have confirmed stand twice', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    world.sinkFaults.before = (_topic, part) => {
      if (part.some(({ value }) => bodyOf(value).includes('HUGE'))) throw new RecordRefusedError('too large');
    };
    const contents = ['a', 'b', 'c', 'HUGE', 'd', 'e', 'f'];
    expect(await world.work(contents.map((content, n) => queued(contactAction(`c${n}`, content, at))))).toEqual([]);
    expect(world.contents().sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(world.parked).toHaveLength(1);
  });

  it('that the topic refuses and that cannot be parked holds back its own group only', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    world.faults.park = true;
    world.sinkFaults.before = (_topic, records) => {
      if (records.some(({ value }) => bodyOf(value).includes('HUGE'))) throw new RecordRefusedError('too large');
    };
    const huge = queued(contactAction('c1', 'HUGE', at), { messageId: 'huge' });
    const behind = queued(contactAction('c1', 'a', at), { messageId: 'behind' });
    expect(await world.work([huge, behind, queued(contactAction('c2', 'b', at))])).toEqual(['huge', 'behind']);
    expect(world.contents()).toEqual(['b']);
  });

  it('does not take a copy with it: that is decided by itself', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    world.sinkFaults.before = (_topic, [record]) => {
      if (record && bodyOf(record.value).includes('T12:00:00Z')) throw new RecordRefusedError('too large');
    };
    const first = queued(interactionUpdate('i1', '2026-01-31T12:00:00Z', at));
    const second = queued(interactionUpdate('i1', '2026-01-31T12:00:01Z', at), { messageId: 'second' });
    expect(await world.work([first, second])).toEqual(['second']);
    expect(world.delays.get(second.receiptHandle)).toBe(0);
    expect(await world.work([second])).toEqual([]);
    expect(world.topics.get('cxone.data-actions.updated')).toHaveLength(1);
  });

  it('is what has been retried for 13 days, counted from its place in this queue', async () => {
    const world = routerWorld();
    const nowMs = world.clock.nowMs();
    const receivedAtMs = nowMs - 20 * 24 * HOUR_MS;
    const tired = queued(contactAction('c1', 'a', receivedAtMs), { sentAtMs: nowMs - 13 * 24 * HOUR_MS - 1 });
    const redriven = queued(contactAction('c1', 'b', receivedAtMs), { sentAtMs: nowMs - 1000 });
    expect(await world.work([tired, redriven])).toEqual([]);
    expect(world.parked).toMatchObject([{ reason: 'retries-exhausted', messageId: tired.messageId }]);
    expect(world.contents()).toEqual(['b']);
  });
});

describe('time', () => {
  it('that is nearly over at the start brings everything back at once, untouched', async () => {
    const world = routerWorld();
    const records = ['a', 'b'].map((content) => queued(contactAction('c1', content, world.clock.nowMs())));
    expect(await world.work(records, 4000)).toEqual(records.map(({ messageId }) => messageId));
    expect(world.sends).toEqual([]);
    expect(records.map(({ receiptHandle }) => world.delays.get(receiptHandle))).toEqual([0, 0]);
  });

  it('that never suffices backs off, before the deliveries are used up', async () => {
    const world = routerWorld();
    const record = queued(contactAction('c1', 'a', world.clock.nowMs()), { receiveCount: 21 });
    await world.work([record], 4000);
    expect(world.delays.get(record.receiptHandle)).toBe(300);
  });

  it('that runs out in mid-batch brings back the rest at once, and commits what was published', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    const put = world.deps.dncQueue.put;
    world.deps.dncQueue.put = async (event) => {
      world.clock.advance(30_000);
      return put(event);
    };
    const wishes = [0, 1, 2].map((second) =>
      queued(dncWish('+14155550100', 'optOut', `2026-01-31T11:00:0${second}Z`, at), { messageId: `w${second}` }),
    );
    expect(await world.work(wishes)).toEqual(['w2']);
    expect(world.delays.get('handle-w2')).toBe(0);
    expect(world.ledger.items.size).toBe(2);
  });

  it('is kept for the commit: a send gets a deadline that lies before it', async () => {
    const world = routerWorld();
    let deadlineMs = 0;
    const { send } = world.deps.sink;
    world.deps.sink.send = async (topic, records, untilMs) => {
      deadlineMs = untilMs;
      return send(topic, records, untilMs);
    };
    const startMs = world.clock.nowMs();
    await world.work([queued(contactAction('c1', 'a', startMs))], 60_000);
    expect(deadlineMs - startMs).toBe(55_000);
  });
});

describe('the window, by time of receipt', () => {
  it.each([0, 9 * 24 * HOUR_MS])(
    'drops at 71 h and routes at 73 h, the router being %d ms behind',
    async (behindMs) => {
      const world = routerWorld();
      const firstMs = world.clock.nowMs();
      const workAt = async (receivedAtMs: number) => {
        world.clock.set(receivedAtMs + behindMs);
        await world.work([queued(contactAction('c1', 'a', receivedAtMs))]);
        return world.contents().length;
      };
      expect(await workAt(firstMs)).toBe(1);
      expect(await workAt(firstMs + 71 * HOUR_MS)).toBe(1);
      expect(await workAt(firstMs + 73 * HOUR_MS)).toBe(2);
    },
  );
});

describe('the ledger', () => {
  it('that refuses writes ends all publishing until it takes one again; nothing is sent twice by this process', async () => {
    const world = routerWorld();
    const at = world.clock.nowMs();
    const a = queued(contactAction('c1', 'a', at), { messageId: 'a' });
    const b = queued(contactAction('c2', 'b', at), { messageId: 'b' });
    world.ledger.faults.write = true;
    expect(await world.work([a])).toEqual(['a']);
    expect(await world.work([a, b])).toEqual(['a', 'b']);
    expect(world.contents()).toEqual(['a']);
    world.ledger.faults.write = false;
    expect(await world.work([a, b])).toEqual([]);
    expect(world.contents()).toEqual(['a', 'b']);
    expect(await world.work([queued(contactAction('c1', 'a', at))])).toEqual([]);
    expect(world.contents()).toEqual(['a', 'b']);
  });

  it('is written only after the topic has confirmed: a router killed in between costs a repeat, no loss', async () => {
    const world = routerWorld();
    const record = queued(contactAction('c1', 'a', world.clock.nowMs()));
    world.ledger.faults.write = true; // the process dies before its commit and its answer
    await world.work([record]);
    world.ledger.faults.write = false;
    world.restart();
    expect(await world.work([record])).toEqual([]);
    expect(world.contents()).toEqual(['a', 'a']);
    expect(await world.work([record])).toEqual([]);
    expect(world.contents()).toEqual(['a', 'a']);
  });

  it('that cannot be read brings everything back', async () => {
    const world = routerWorld();
    world.ledger.faults.read = true;
    expect(await world.work([queued(contactAction('c1', 'a', world.clock.nowMs()), { messageId: 'a' })])).toEqual([
      'a',
    ]);
    expect(world.sends).toEqual([]);
  });
});

describe('an error that nobody foresaw', () => {
  it('brings back what has no outcome, and rejects nothing', async () => {
    const world = routerWorld();
    world.deps.deduplicator.decide = async () => {
      throw new TypeError('a bug');
    };
    expect(await world.work([queued(contactAction('c1', 'a', world.clock.nowMs()), { messageId: 'a' })])).toEqual([
      'a',
    ]);
    expect(world.delays.get('handle-a')).toBe(2);
  });
});
