import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeEnvelope } from '../../../lib/events/envelope.ts';
import { contactAction } from '../../support/queued-events.ts';
import { dlq, parkedEvents } from './support/parked-events.ts';

let parts: Awaited<ReturnType<typeof parkedEvents>>;
beforeEach(async () => {
  parts = await parkedEvents();
});
afterEach(() => parts.stop());

const event = (contact: string, content: string) => contactAction(contact, content, parts.world.clock.nowMs());

/** Events e0, e1, … of a few contacts, parked by the router because no topic is routed to. */
async function park(count: number, contacts = 1) {
  const events = Array.from({ length: count }, (_, n) => event(`c${n % contacts}`, `e${n}`));
  for (const one of events) await parts.send(one);
  await parts.route(count);
  expect(await parts.parked()).toBe(count);
  return events;
}

/** A client to which calls of one kind fail from the `after`th on. */
function failing(command: typeof SendMessageCommand | typeof DeleteMessageCommand, after: number) {
  let calls = 0;
  const send = (async (input: Parameters<typeof parts.sqs.send>[0]) => {
    if (input instanceof command && ++calls > after) throw new Error('the process was killed here');
    return parts.sqs.send(input);
  }) as typeof parts.sqs.send;
  return { send };
}

const directory = mkdtempSync(join(tmpdir(), 'relay-dlq-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** `lines` as `npx relay dlq export > file` leaves them. */
function fileOf(lines: readonly string[]): string {
  const path = join(directory, 'parked.ndjson');
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

describe('npx relay dlq list', () => {
  it('shows every one with its reason, those of one contact too, and leaves the queue as it was', async () => {
    const events = await park(23, 2);
    for (let time = 0; time < 2; time++) {
      const { code, lines, notes } = await dlq(parts.queue(), 'list');
      expect(code).toBe(0);
      expect(lines).toHaveLength(25);
      expect(lines[0]).toMatch(/^PARKED AT +REASON +EVENT +WHAT +DETAIL$/);
      expect(lines.at(-1)).toBe('23 parked: 23 no-topic');
      expect(new Set(lines.slice(1, -1).map((line) => line.split('  ')[2]))).toEqual(
        new Set(events.map(({ eventId }) => eventId)),
      );
      expect(notes).toEqual([]);
    }
    expect(await parts.parked()).toBe(23);
  });

  it('filters by reason, event and time, counts, limits, and can answer JSON', async () => {
    const [first] = await park(3);
    await parts.sqs.send(
      new SendMessageCommand({
        QueueUrl: parts.eventsUrl,
        MessageBody: 'no envelope',
        MessageGroupId: 'g',
        MessageDeduplicationId: 'd',
      }),
    );
    await parts.route(1);
    expect((await dlq(parts.queue(), 'list --reason envelope-unreadable')).lines).toEqual([
      expect.stringMatching(/^PARKED AT/),
      expect.stringMatching(
        / {2}envelope-unreadable {2}message [\w-]{36} {2}unreadable {2}the queued message is not JSON$/,
      ),
      '1 parked: 1 envelope-unreadable',
    ]);
    expect((await dlq(parts.queue(), 'list --limit 2')).lines).toHaveLength(4);
    expect((await dlq(parts.queue(), 'list --since 2100-01-01')).lines).toEqual(['0 parked']);
    const { lines } = await dlq(parts.queue(), `list --json --event-id ${first?.eventId}`);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ eventId: first?.eventId, reason: 'no-topic', kind: 'contact-action' }),
    ]);
    expect(await dlq(parts.queue(), 'list --event-id AAAAAAAAAAAAAAAAAAAAAA')).toMatchObject({ code: 1 });
  });

  it('shows what SQS itself moved, with the id from its envelope', async () => {
    const moved = event('c1', 'tired');
    await parts.movedBySqs(moved);
    const { lines } = await dlq(parts.queue(), 'list');
    expect(lines[1]).toContain(
      `  moved-by-sqs  ${moved.eventId}  contact-action INTERACTION_CREATED  moved by SQS after`,
    );
  });

  it('says that there are more when someone else holds some', async () => {
    await park(2);
    const other = parts.queue();
    const held = await other.receive();
    const { lines, notes } = await dlq(parts.queue(), 'list');
    expect(lines).toEqual(['0 parked']);
    expect(notes[0]).toMatch(/^about 2 more could not be looked at/);
    await other.release(held);
    expect((await dlq(parts.queue(), 'list')).lines).toHaveLength(4);
  });
});

describe('npx relay dlq show', () => {
  it('tells everything of one, by the id of the event or of either message', async () => {
    const [one] = await park(2);
    const { code, lines } = await dlq(parts.queue(), `show ${one?.eventId}`);
    expect(code).toBe(0);
    expect(lines).toContain('order key     c0');
    expect(lines.at(-1)).toBe(Buffer.from(one?.body ?? []).toString());
    const id = (name: string) => lines.find((line) => line.startsWith(name))?.slice(14);
    for (const messageId of [id('message '), id('was message')]) {
      expect((await dlq(parts.queue(), `show ${messageId}`)).lines).toEqual(lines);
    }
    expect(await dlq(parts.queue(), 'show nothing')).toMatchObject({ code: 1, lines: [] });
    expect(await parts.parked()).toBe(2);
  });
});

describe('npx relay dlq export', () => {
  it('prints each message whole, in the order of its contact, and leaves the queue as it was', async () => {
    const events = await park(23, 2);
    for (let time = 0; time < 2; time++) {
      const { code, lines, notes } = await dlq(parts.queue(), 'export');
      expect({ code, notes }).toEqual({ code: 0, notes: ['23 exported: 23 no-topic'] });
      const messages: string[] = lines.map((line) => JSON.parse(line).message);
      for (const contact of ['c0', 'c1']) {
        const ofContact = events.filter(({ orderKey }) => orderKey === contact).map(encodeEnvelope);
        expect(messages.filter((message) => ofContact.includes(message))).toEqual(ofContact);
      }
      expect(messages).toHaveLength(23);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ reason: 'no-topic', parkedAt: expect.any(String) });
    }
    expect(await parts.parked()).toBe(23);
  });

  it('takes what the filters take, and ends with 1 when some could not be looked at', async () => {
    const events = await park(3);
    expect((await dlq(parts.queue(), `export --event-id ${events[2]?.eventId}`)).lines).toHaveLength(1);
    expect((await dlq(parts.queue(), 'export --reason other')).lines).toEqual([]);
    await parts.queue().receive(); // somebody else looks at them
    const part = await dlq(parts.queue(), 'export');
    expect(part.code).toBe(1);
    expect(part.notes.at(-1)).toMatch(/^about \d more could not be looked at/);
  });

  it('puts everything back when it cannot be written', async () => {
    await park(3);
    const print = async () => {
      throw new Error('no space left');
    };
    const { code, notes } = await dlq(parts.queue(), 'export', { print });
    expect(code).toBe(1);
    expect(notes).toContain('broken off: no space left');
    expect(await parts.parked()).toBe(3);
  });
});

describe('npx relay dlq import', () => {
  it.each(['export', 'discard --yes'])(
    'brings what %s printed to its topics, in the order of each contact, when the queue has it no more',
    async (printing) => {
      await park(24, 2);
      const { lines } = await dlq(parts.queue(), printing);
      await dlq(parts.queue(), 'discard --yes');
      expect([await parts.parked(), await parts.waiting()]).toEqual([0, 0]);
      parts.mend();
      const { code, notes } = await dlq(parts.queue(), `import ${fileOf(lines)}`);
      expect({ code, notes }).toEqual({ code: 0, notes: ['24 imported'] });
      await parts.route(24);
      const contents = parts.world.contents();
      for (const parity of [0, 1]) {
        const ofContact = contents.filter((content) => Number(content.slice(1)) % 2 === parity);
        expect(ofContact).toEqual(Array.from({ length: 12 }, (_, n) => `e${2 * n + parity}`));
      }
    },
  );

  it('of events that came through meanwhile is dropped', async () => {
    await park(3);
    const { lines } = await dlq(parts.queue(), 'export');
    parts.mend();
    await dlq(parts.queue(), 'redrive');
    await parts.route(3);
    expect(await dlq(parts.queue(), `import ${fileOf(lines)}`)).toMatchObject({ code: 0 });
    await parts.route(3);
    expect(parts.world.contents()).toEqual(['e0', 'e1', 'e2']);
  });

  it('is refused whole when a line is none of an export, such as one cut short', async () => {
    await park(2);
    const { lines } = await dlq(parts.queue(), 'export');
    const listed = (await dlq(parts.queue(), 'list --json')).lines;
    for (const second of [lines[1]?.slice(0, -9), listed[0], 'null', '{"groupId":"","message":"m"}']) {
      const { code, notes } = await dlq(parts.queue(), `import ${fileOf([lines[0] ?? '', second ?? ''])}`);
      expect(code).toBe(1);
      expect(notes).toEqual([
        expect.stringMatching(/parked\.ndjson: line 2 is none of "dlq export" or "dlq discard"$/),
      ]);
    }
    expect(await dlq(parts.queue(), `import ${fileOf([])}`)).toMatchObject({ code: 1 });
    expect(await parts.waiting()).toBe(0);
  });

  it('that is broken off says from which line on the rest is to be sent', async () => {
    await park(4);
    const { lines } = await dlq(parts.queue(), 'export');
    const path = fileOf(lines);
    const broken = await dlq(parts.queue(failing(SendMessageCommand, 2)), `import ${path} --json`);
    expect(broken.code).toBe(1);
    expect(broken.notes).toEqual([
      '2 imported',
      '2 were not, from line 3 of the file on',
      'broken off: the process was killed here',
    ]);
    expect(broken.lines.map((line) => JSON.parse(line))).toEqual([
      { imported: 2, left: 2, brokenOff: 'the process was killed here' },
    ]);
    expect(await parts.waiting()).toBe(2);
  });
});

describe('npx relay dlq redrive', () => {
  it('brings every event to its topic once and in its contact’s order when the cause is mended', async () => {
    await park(24, 2);
    parts.mend();
    const { code, notes } = await dlq(parts.queue(), 'redrive');
    expect({ code, notes }).toEqual({ code: 0, notes: ['24 redriven: 24 no-topic'] });
    expect(await parts.parked()).toBe(0);
    await parts.route(24);
    const contents = parts.world.contents();
    for (const parity of [0, 1]) {
      const ofContact = contents.filter((content) => Number(content.slice(1)) % 2 === parity);
      expect(ofContact).toEqual(Array.from({ length: 12 }, (_, n) => `e${2 * n + parity}`));
    }
    expect(contents).toHaveLength(24);
  });

  it('that was killed between send and delete is run again: once in the topic, the second copy dropped', async () => {
    await park(5);
    parts.mend();
    const broken = await dlq(parts.queue(failing(DeleteMessageCommand, 2)), 'redrive');
    expect(broken.code).toBe(1);
    expect(broken.notes[0]).toBe('2 redriven: 2 no-topic');
    expect(broken.notes[1]).toBe('3 more were to be redriven and are still parked; run it again');
    expect(await parts.parked()).toBe(3); // released at once
    expect(await parts.waiting()).toBe(3); // one of them is still parked, too
    expect(await dlq(parts.queue(), 'redrive')).toMatchObject({ code: 0, notes: ['3 redriven: 3 no-topic'] });
    await parts.route(6);
    expect(parts.world.contents()).toEqual(['e0', 'e1', 'e2', 'e3', 'e4']);
    expect(parts.world.outcomes().filter((outcome) => outcome === 'duplicate')).toHaveLength(1);
  });

  it.each([0, 1, 3])(
    'killed at whichever step, %i calls of each kind in: run until it is through, once in the topic',
    async (after) => {
      await park(7, 3);
      parts.mend();
      for (const command of [SendMessageCommand, DeleteMessageCommand]) {
        expect(await dlq(parts.queue(failing(command, after)), 'redrive')).toMatchObject({ code: 1 });
      }
      expect(await dlq(parts.queue(), 'redrive')).toMatchObject({ code: 0 });
      expect(await parts.parked()).toBe(0);
      await parts.route(await parts.waiting());
      expect(parts.world.contents().toSorted()).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6']);
    },
  );

  it('keeps in the dead-letter queue what the events queue did not take', async () => {
    await park(4);
    const { code, notes } = await dlq(parts.queue(failing(SendMessageCommand, 1)), 'redrive');
    expect(code).toBe(1);
    expect(notes.at(-1)).toBe('broken off: the process was killed here');
    expect([await parts.parked(), await parts.waiting()]).toEqual([3, 1]);
  });

  it('whose cause is not mended ends, and says what was parked again', async () => {
    await park(3);
    const working = parts.queue();
    const redriveAndRoute: typeof working = {
      ...working,
      async redrive(letter) {
        const messageId = await working.redrive(letter);
        await parts.route(1); // before the next is sent: one receive may hand out both
        return messageId;
      },
    };
    const { code, notes } = await dlq(redriveAndRoute, 'redrive');
    expect(code).toBe(1);
    expect(notes).toEqual(['3 redriven: 3 no-topic', '3 of them were parked again: 3 no-topic; mend the cause first']);
    expect(await parts.parked()).toBe(3);
  });

  it('takes only what the filters take, and nothing in a dry run', async () => {
    const events = await park(12);
    const dry = await dlq(parts.queue(), 'redrive --dry-run --limit 2');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.lines.at(-1)).toBe('2 would be redriven: 2 no-topic');
    expect(await parts.parked()).toBe(12);
    expect(await dlq(parts.queue(), 'redrive --reason other')).toMatchObject({ code: 0, notes: ['0 redriven'] });
    const deep = events[11]?.eventId; // behind eleven others of its contact
    expect(await dlq(parts.queue(), `redrive --event-id ${deep}`)).toMatchObject({ code: 0 });
    expect([await parts.parked(), await parts.waiting()]).toEqual([11, 1]);
    await dlq(parts.queue(), 'redrive --limit 4');
    expect([await parts.parked(), await parts.waiting()]).toEqual([7, 5]);
    expect(await dlq(parts.queue(), `redrive --event-id ${deep}`)).toMatchObject({ code: 1 });
  });

  it('that is interrupted puts back what it held', async () => {
    await park(6);
    const interrupted = new AbortController();
    const queue = parts.queue();
    const stopAtSecond: typeof queue = {
      ...queue,
      async redrive(letter) {
        interrupted.abort();
        return queue.redrive(letter);
      },
    };
    const { code, notes } = await dlq(stopAtSecond, 'redrive', { interruption: () => interrupted.signal });
    expect(code).toBe(1);
    expect(notes.at(-1)).toBe('broken off by hand');
    expect([await parts.parked(), await parts.waiting()]).toEqual([5, 1]);
  });

  it('redrives what SQS moved, all of one contact and in order', async () => {
    for (const content of ['a', 'b', 'c']) await parts.movedBySqs(event('c1', content));
    parts.mend();
    expect(await dlq(parts.queue(), 'redrive')).toMatchObject({ code: 0, notes: ['3 redriven: 3 moved-by-sqs'] });
    await parts.route(3);
    expect(parts.world.contents()).toEqual(['a', 'b', 'c']);
  });
});

describe('npx relay dlq discard', () => {
  it('writes each one out whole before it deletes it', async () => {
    const events = await park(3);
    const { code, lines, notes } = await dlq(parts.queue(), 'discard --yes --limit 2');
    expect({ code, notes }).toEqual({ code: 0, notes: ['2 discarded: 2 no-topic'] });
    expect(lines.map((line) => JSON.parse(line).eventId)).toEqual(events.slice(0, 2).map(({ eventId }) => eventId));
    const { body } = JSON.parse(JSON.parse(lines[0] ?? '').message);
    expect(Buffer.from(body, 'base64')).toEqual(Buffer.from(events[0]?.body ?? []));
    expect(await parts.parked()).toBe(1);
  });

  it('deletes nothing that could not be written', async () => {
    await park(3);
    const print = async () => {
      throw new Error('no space left');
    };
    const { code, notes } = await dlq(parts.queue(), 'discard --yes', { print });
    expect(code).toBe(1);
    expect(notes).toContain('broken off: no space left');
    expect(await parts.parked()).toBe(3);
  });

  it('only shows in a dry run', async () => {
    await park(2);
    const { lines } = await dlq(parts.queue(), 'discard --dry-run');
    expect(lines.at(-1)).toBe('2 would be discarded: 2 no-topic');
    expect(await parts.parked()).toBe(2);
  });
});
