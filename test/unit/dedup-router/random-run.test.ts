import { describe, expect, it } from '@jest/globals';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { RecordRefusedError } from '../../../lib/routing/sink.ts';
import { fifoQueue } from '../../support/fifo-queue.ts';
import { contactAction } from '../../support/queued-events.ts';
import { routerWorld } from '../../support/router-world.ts';

const EVENTS = 1500;
const CONTACTS = 25;
const RAW = 'cxone.interactions.raw';

/** Numbers in [0, 1) that are the same in every run of one seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Faults {
  /** The sink fails without having written. */
  before: number;
  /** The sink fails although it has written. */
  after: number;
  /** The ledger takes no writes during a batch. */
  ledger: number;
  park: number;
  visibility: number;
  kill: number;
}
const NONE: Faults = { before: 0, after: 0, ledger: 0, park: 0, visibility: 0, kill: 0 };

/** Drives the router over a queue of events, a fifth of them repeated, until it is empty. */
async function run(seed: number, faults: Faults) {
  const random = seeded(seed);
  const world = routerWorld();
  const queue = fifoQueue(world.clock, 360_000);
  const sent: { contact: string; content: string; isPoison: boolean }[] = [];
  for (let i = 0; i < EVENTS; i++) {
    const [contact, isPoison] = [`c${Math.floor(random() * CONTACTS)}`, random() < 0.02];
    const content = isPoison ? `HUGE ${i}` : `e${i}`;
    sent.push({ contact, content, isPoison });
    const copies = random() < 0.2 ? 2 : 1;
    for (let copy = 0; copy < copies; copy++)
      queue.send(contactAction(contact, content, world.clock.nowMs() + i * 10 + copy));
  }
  world.sinkFaults.before = (_topic, records) => {
    if (random() < faults.before) throw new UnavailableError('kafka-unavailable', 'now and then');
    if (records.some(({ value }) => Buffer.from(value).includes('HUGE'))) throw new RecordRefusedError('too large');
  };
  world.sinkFaults.after = () => {
    if (random() < faults.after) throw new UnavailableError('kafka-unavailable', 'now and then, too late');
  };
  for (let batches = 0; queue.size > 0; batches++) {
    if (batches > 50 * EVENTS) throw new Error(`${queue.size} messages never get done`);
    const records = queue.receive(1 + Math.floor(random() * 10));
    if (records.length === 0) {
      world.clock.set(Math.max(world.clock.nowMs() + 1, queue.nextVisibleMs()));
      continue;
    }
    world.ledger.faults.write = random() < faults.ledger;
    world.faults.park = random() < faults.park;
    world.faults.visibility = random() < faults.visibility;
    const failed = await world.work(records);
    if (random() < faults.kill) {
      world.restart(); // killed before its answer: nothing is deleted, and another process goes on
      continue;
    }
    queue.settle(records, failed, world.delays);
    world.delays.clear();
  }
  return { world, sent };
}

/** First occurrences of each contact, in the order of the topic. */
function firstsOf({ world }: Awaited<ReturnType<typeof run>>): Map<string, string[]> {
  const bodies = (world.topics.get(RAW) ?? []).map(({ value }) => JSON.parse(Buffer.from(value).toString()));
  const byContact = Map.groupBy(bodies, ({ contactId }): string => contactId);
  return new Map([...byContact].map(([id, all]) => [id, [...new Set(all.map(({ content }): string => content))]]));
}

function expectedOf({ sent }: Awaited<ReturnType<typeof run>>): Map<string, string[]> {
  const good = Map.groupBy(
    sent.filter(({ isPoison }) => !isPoison),
    ({ contact }) => contact,
  );
  return new Map([...good].map(([contact, events]) => [contact, events.map(({ content }) => content)]));
}

const sorted = (map: Map<string, string[]>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

describe('a long run over a FIFO queue that hands out several records of a group', () => {
  it.each([1, 2, 3, 4])(
    'loses, invents and repeats nothing while the sink fails now and then (seed %d)',
    async (seed) => {
      const result = await run(seed, { ...NONE, before: 0.25, park: 0.2, visibility: 0.1 });
      expect(sorted(firstsOf(result))).toEqual(sorted(expectedOf(result)));
      const contents = result.world.contents();
      expect(contents.length).toBe(new Set(contents).size);
      const poison = result.sent.filter(({ isPoison }) => isPoison);
      expect(new Set(result.world.parked.map(({ eventId }) => eventId)).size).toBe(poison.length);
    },
  );

  it.each([5, 6])(
    'repeats nothing while the ledger refuses writes, as long as the process lives (seed %d)',
    async (seed) => {
      const result = await run(seed, { ...NONE, before: 0.1, ledger: 0.3 });
      expect(sorted(firstsOf(result))).toEqual(sorted(expectedOf(result)));
      const contents = result.world.contents();
      expect(contents.length).toBe(new Set(contents).size);
    },
  );

  it.each([7, 8, 9])(
    'keeps all in order though killed, and though sends fail after they were written (seed %d)',
    async (seed) => {
      const result = await run(seed, { before: 0.1, after: 0.1, ledger: 0.1, park: 0.1, visibility: 0.1, kill: 0.1 });
      expect(sorted(firstsOf(result))).toEqual(sorted(expectedOf(result)));
    },
  );
});
