import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Outgoing, sendEvents } from '../../cli/send/send-events.ts';
import { createPoster } from '../../cli/send/signed-post.ts';
import { type RelayProcess, removeDirectory, SECRET, startRelay, temporaryDirectory } from './support/relay-process.ts';
import { settled } from './support/webhook.ts';

const EVENTS = 10_000;
const CONTACTS = 200;
const CONNECTIONS = 16;
const TYPES = ['INTERACTION_CREATED', 'DISPOSITION_UPDATED', 'QUEUE_TRANSFER', 'CALL_DISCONNECTED'];
const TOPICS = ['cxone.interactions.raw', 'cxone.dispositions.raw', 'cxone.transfers.raw', 'cxone.calls.terminated'];

let relay: RelayProcess;
let dataDirectory: string;
beforeAll(async () => {
  dataDirectory = temporaryDirectory();
  mkdirSync(join(dataDirectory, 'topics-disk'));
  symlinkSync('topics-disk', join(dataDirectory, 'topics'));
  relay = await startRelay({ dataDirectory });
}, 120_000);
afterAll(async () => {
  await relay?.kill(); // undefined where the start failed
  removeDirectory(dataDirectory);
});

/** Takes the topic log's disk away, or puts it back, in one step: there is no moment with a third directory. */
function pointTopicsTo(target: string): void {
  const fresh = join(dataDirectory, 'topics-next');
  symlinkSync(target, fresh);
  renameSync(fresh, join(dataDirectory, 'topics'));
}

/** 10,000 requests, every fifth of them an earlier event of the same contact once more, with other transient fields. */
function requests(): { outgoing: Outgoing[]; unique: Map<string, { contact: string; number: number }> } {
  const outgoing: Outgoing[] = [];
  const unique = new Map<string, { contact: string; number: number }>();
  const latest = new Map<string, object>();
  for (let number = 0; number < EVENTS; number++) {
    const contact = `contact-${(number * 7919) % CONTACTS}`;
    const earlier = latest.get(contact);
    const repeat = number % 5 === 4 && earlier !== undefined;
    const event = repeat ? earlier : { actionType: TYPES[number % TYPES.length], contactId: contact, number };
    if (!repeat) unique.set(String(number), { contact, number });
    latest.set(contact, event);
    outgoing.push({ body: Buffer.from(JSON.stringify({ retryCount: repeat ? 1 : 0, ...event })), order: contact });
  }
  return { outgoing, unique };
}

describe('10,000 events of 200 contacts over 16 connections, a fifth of them repeats, the topics failing now and then', () => {
  it('stand each once in its topic, none invented, each contact’s in order of acceptance', async () => {
    const { outgoing, unique } = requests();
    const posters = Array.from({ length: CONNECTIONS }, () =>
      createPoster(new URL(`${relay.url}/cxone/events`), SECRET),
    );
    const statuses = new Map<number, number>();
    let failures = 0;
    let sending = true;
    const disturbing = (async () => {
      while (sending) {
        await sleep(2500);
        pointTopicsTo('/dev/null');
        failures++;
        await sleep(250);
        pointTopicsTo('topics-disk');
      }
    })();
    await sendEvents(outgoing, {
      connections: CONNECTIONS,
      ratePerSecond: undefined,
      post: async (connection, body) => (await posters[connection]?.post(body)) ?? { status: 0, text: '' },
      onAnswer: ({ status }) => statuses.set(status, (statuses.get(status) ?? 0) + 1),
    });
    sending = false;
    await disturbing;
    for (const poster of posters) poster.close();
    await settled(relay, 120_000);

    expect([...statuses]).toEqual([[202, EVENTS]]);
    expect(failures).toBeGreaterThan(1);
    const lines = TOPICS.flatMap((topic) => relay.topic(topic));
    const numbers = lines.map(({ value }) => String((JSON.parse(value) as { number: number }).number));
    expect(new Set(numbers)).toEqual(new Set(unique.keys()));
    expect(numbers).toHaveLength(unique.size);
    for (const topic of TOPICS) expectOrder(topic);
    const { counters, queues } = await relay.state();
    expect(counters).toMatchObject({ received: EVENTS, accepted: EVENTS, rejected: 0, parked: 0 });
    expect(counters.retried).toBeGreaterThan(0);
    expect(queues.deadLetter.visible).toBe(0);
  }, 240_000);
});

function expectOrder(topic: string): void {
  const last = new Map<string, number>();
  const offsets = relay.topic(topic).map(({ offset, value }) => {
    const { contactId, number } = JSON.parse(value) as { contactId: string; number: number };
    if (number < (last.get(contactId) ?? -1)) throw new Error(`${topic}: ${contactId} has ${number} after a later one`);
    last.set(contactId, number);
    return offset;
  });
  expect(offsets).toEqual(offsets.map((_, index) => index));
}
