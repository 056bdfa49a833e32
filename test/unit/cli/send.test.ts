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
  const readBytes = (content: string | Buffer) => {
    writeFileSync(join(directory, 'f'), content);
    return readEventFile(join(directory, 'f'));
  };
  const read = (text: string) => readBytes(text).map(String);

  it('is one event byte for byte, the elements of an array, or a line each', () => {
    expect(read('{ "a": 1.0 }\n')).toEqual(['{ "a": 1.0 }\n']);
    expect(read('[{"a":1},{"b":2}]')).toEqual(['{"a":1}', '{"b":2}']);
    expect(read('{"a": 1}\n\n{"b": 2}\n')).toEqual(['{"a": 1}', '{"b": 2}']);
  });

  it('gives the elements of an array as they are written', () => {
    expect(read('[{"n":9007199254740993}]')).toEqual(['{"n":9007199254740993}']);
    const elements = [
      '{ "a": [1.0, {"b]": "\\u0041,\\"]["}] }',
      '[[], {}]',
      '"x, [y"',
      '-1E2',
      '{"a":1,"a":2}',
      '"grüße"',
    ];
    expect(read(`\n[ ${elements.join(' ,\n')}\t]\n`)).toEqual(elements);
    expect(read(' [ ] ')).toEqual([]);
  });

  it('keeps bytes that are no UTF-8, whatever it holds', () => {
    const event = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xa0]), Buffer.from('"}')]);
    for (const [before, after] of [
      ['', ''],
      ['[', ']'],
      ['{}\n', '\n'],
    ] as const) {
      const content = Buffer.concat([Buffer.from(before), event, Buffer.from(after)]);
      expect(readBytes(content).at(-1)?.equals(event)).toBe(true);
    }
  });

  it('that is none of these is refused with the line', () => {
    expect(() => read('{"a":1}\nnonsense')).toThrow(/line 2/);
    expect(() => read('')).toThrow(/empty/);
  });
});
