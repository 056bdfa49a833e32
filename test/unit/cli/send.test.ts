import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readEventFile } from '../../../cli/send/event-file.ts';
import { repeated, sampleEvent } from '../../../cli/send/sample-events.ts';
import { sendEvents } from '../../../cli/send/send-events.ts';
import { EVENT_KINDS } from '../../../lib/events/kinds.ts';

describe('npx relay send', () => {
  it.each(EVENT_KINDS)(
    'makes %s events that differ, and repeats that are told apart only by what does not count',
    (kind) => {
      const request = { kind, contact: undefined, run: 'r', startMs: 0 };
      const one = sampleEvent({ ...request, number: 1 });
      expect(sampleEvent({ ...request, number: 1 })).toEqual(one);
      expect(sampleEvent({ ...request, number: 2 })).not.toEqual(one);
      expect(repeated(one, kind, 1)).toMatchObject(one);
      expect(JSON.stringify(repeated(one, kind, 1))).not.toBe(JSON.stringify(one));
    },
  );

  it('keeps the events of one contact in their order and on one connection', async () => {
    const events = Array.from({ length: 60 }, (_, n) => ({ body: Buffer.from(String(n)), order: `c${n % 7}` }));
    const arrived: { connection: number; number: number }[] = [];
    await sendEvents(events, {
      connections: 4,
      ratePerSecond: undefined,
      async post(connection, body) {
        await new Promise((resolve) => setTimeout(resolve, (Number(body) * 7) % 3));
        arrived.push({ connection, number: Number(body) });
        return { status: 202, text: '' };
      },
      onAnswer: () => undefined,
    });
    for (let contact = 0; contact < 7; contact++) {
      const ofContact = arrived.filter(({ number }) => number % 7 === contact);
      expect(ofContact.map(({ number }) => number)).toEqual(
        ofContact.map(({ number }) => number).sort((a, b) => a - b),
      );
      expect(new Set(ofContact.map(({ connection }) => connection)).size).toBe(1);
    }
  });
});

describe('a file of events', () => {
  const directory = mkdtempSync(join(tmpdir(), 'relay-send-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const read = (text: string) => {
    writeFileSync(join(directory, 'f'), text);
    return readEventFile(join(directory, 'f')).map(String);
  };

  it('is one event byte for byte, the elements of an array, or a line each', () => {
    expect(read('{ "a": 1.0 }\n')).toEqual(['{ "a": 1.0 }\n']);
    expect(read('[{"a":1},{"b":2}]')).toEqual(['{"a":1}', '{"b":2}']);
    expect(read('{"a": 1}\n\n{"b": 2}\n')).toEqual(['{"a": 1}', '{"b": 2}']);
  });

  it('that is none of these is refused with the line', () => {
    expect(() => read('{"a":1}\nnonsense')).toThrow(/line 2/);
    expect(() => read('')).toThrow(/empty/);
  });
});
