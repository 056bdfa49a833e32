import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createDeadLetters } from '../../../../lib/platform/dead-letters.ts';
import { createParkedEvents, type ParkedEvents } from '../../../../local/panel/parked-events.ts';
import { type LocalSqs, startSqs } from '../../../support/sqs.ts';

let sqs: LocalSqs;
let queues: { events: string; deadLetter: string };
let parked: ParkedEvents;
beforeAll(async () => {
  sqs = await startSqs();
});
afterAll(() => sqs.stop());
beforeEach(async () => {
  queues = { events: (await sqs.createQueue('events')).url, deadLetter: (await sqs.createQueue('dlq')).url };
  parked = createParkedEvents(sqs.client, queues);
  const letters = createDeadLetters({ sqs: sqs.client, queueUrl: queues.deadLetter });
  for (const name of ['a', 'b', 'c']) {
    const known = { eventId: `event-${name}`, reason: 'record-refused', detail: `too large: ${name}` };
    await letters.park({ messageId: name, groupId: name, body: `body ${name}`, parkedAtMs: 0, ...known });
  }
});

const listed = async () => (await parked.list()).events.map(({ eventId }) => eventId).sort();
async function redriven(): Promise<unknown[]> {
  const receive = new ReceiveMessageCommand({ QueueUrl: queues.events, MaxNumberOfMessages: 10 });
  return ((await sqs.client.send(receive)).Messages ?? []).map(({ Body }) => Body).sort();
}

it('lists parked events with their reasons, and leaves them where they are', async () => {
  for (let times = 0; times < 3; times++) {
    const { total, events } = await parked.list();
    expect(total).toBe(3);
    expect(events.map(({ eventId }) => eventId).sort()).toEqual(['event-a', 'event-b', 'event-c']);
    expect(events[0]).toMatchObject({ reason: 'record-refused', parkedAt: '1970-01-01T00:00:00.000Z' });
  }
});

it.each([0, 1, 2])('redrives the one that is asked for, number %i, and holds none of the others', async (index) => {
  const { events } = await parked.list();
  const wanted = events[index];
  expect(await parked.redrive(wanted?.messageId)).toBe(1);
  expect(await redriven()).toEqual([`body ${wanted?.eventId?.slice(-1)}`]);
  expect(await listed()).toEqual(['event-a', 'event-b', 'event-c'].filter((id) => id !== wanted?.eventId));
});

it('redrives all, and nothing when there is none of that id', async () => {
  expect(await parked.redrive('no-such')).toBe(0);
  expect(await listed()).toHaveLength(3);
  expect(await parked.redrive(undefined)).toBe(3);
  expect(await redriven()).toEqual(['body a', 'body b', 'body c']);
  expect(await parked.list()).toEqual({ total: 0, events: [] });
});

it('lets what is asked at the same time wait its turn', async () => {
  const answers = await Promise.all([parked.list(), parked.redrive(undefined), parked.list()]);
  expect(answers).toMatchObject([{ total: 3 }, 3, { total: 0 }]);
});
