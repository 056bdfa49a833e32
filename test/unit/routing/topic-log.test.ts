import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createTopicLogSink } from '../../../lib/routing/topic-log.ts';
import {
  newTopic,
  numbered,
  numbersOf,
  type StoredRecord,
  soon,
  topicSinkContract,
} from '../../contract/topic-sink.contract.ts';

const dir = mkdtempSync(join(tmpdir(), 'relay-topics-'));
const fileOf = (topic: string) => join(dir, `${topic}.ndjson`);

function read(topic: string): StoredRecord[] {
  if (!existsSync(fileOf(topic))) return [];
  const lines = readFileSync(fileOf(topic), 'utf8').split('\n');
  expect(lines.pop()).toBe(''); // every line is complete
  return lines.map((line) => {
    const { timestamp, value, ...rest } = JSON.parse(line);
    return { ...rest, timestampMs: timestamp, value: Buffer.from(value, 'utf8'), partition: 0 };
  });
}

describe('topic log', () => {
  afterAll(() => rmSync(dir, { recursive: true }));

  topicSinkContract({ open: () => createTopicLogSink({ dir }), read: async (topic) => read(topic) });

  it('writes the documented line', async () => {
    await createTopicLogSink({ dir }).send('line', [numbered('pk-1', 7)], soon());
    expect(readFileSync(fileOf('line'), 'utf8')).toBe(
      '{"offset":0,"timestamp":1769860800007,"key":"pk-1","headers":{"ce_id":"pk-1-7"},"value":"{\\"n\\":7,\\"padding\\":\\"\\"}"}\n',
    );
  });

  it('cuts off a line torn by a crash and goes on at its offset', async () => {
    const topic = newTopic();
    await createTopicLogSink({ dir }).send(topic, [numbered('k', 0), numbered('k', 1)], soon());
    appendFileSync(fileOf(topic), '{"offset":2,"timestamp":1,"key":"k","hea');
    await createTopicLogSink({ dir }).send(topic, [numbered('k', 2)], soon());
    const stored = read(topic);
    expect(stored.map(({ offset }) => offset)).toEqual([0, 1, 2]);
    expect(numbersOf(stored, 'k')).toEqual([0, 1, 2]);
  });

  it('begins anew when all there is was torn', async () => {
    writeFileSync(fileOf('torn'), '{"offset":0');
    await createTopicLogSink({ dir }).send('torn', [numbered('k', 5)], soon());
    expect(read('torn').map(({ offset }) => offset)).toEqual([0]);
  });

  it('finds the end behind lines longer than what it reads at once', async () => {
    const topic = newTopic();
    const large = [numbered('k', 0, 'é'.repeat(200_000)), numbered('k', 1, 'é'.repeat(200_000))];
    await createTopicLogSink({ dir }).send(topic, large, soon());
    appendFileSync(fileOf(topic), 'x'.repeat(150_000));
    await createTopicLogSink({ dir }).send(topic, [numbered('k', 2)], soon());
    expect(read(topic).map(({ offset }) => offset)).toEqual([0, 1, 2]);
  });

  it('numbers on when several sinks of a process write one topic at once', async () => {
    const topic = newTopic();
    const sinks = [createTopicLogSink({ dir }), createTopicLogSink({ dir }), createTopicLogSink({ dir })];
    await Promise.all(Array.from({ length: 30 }, (_, n) => sinks[n % 3]?.send(topic, [numbered('k', n)], soon())));
    const stored = read(topic);
    expect(stored.map(({ offset }) => offset)).toEqual(stored.map((_, index) => index));
    expect(numbersOf(stored, 'k')).toEqual(stored.map((_, index) => index));
  });

  it('begins anew when the log is removed under its feet', async () => {
    const topic = newTopic();
    const sink = createTopicLogSink({ dir });
    await sink.send(topic, [numbered('k', 0)], soon());
    rmSync(fileOf(topic));
    await sink.send(topic, [numbered('k', 1)], soon());
    expect(read(topic).map(({ offset }) => offset)).toEqual([0]);
  });

  it('does not write behind what is not its own, and says what to do', async () => {
    writeFileSync(fileOf('foreign'), 'my notes\n');
    const sent = createTopicLogSink({ dir }).send('foreign', [numbered('k', 0)], soon());
    await expect(sent).rejects.toMatchObject({ code: 'topic-log-damaged', message: expect.stringContaining('move') });
    expect(readFileSync(fileOf('foreign'), 'utf8')).toBe('my notes\n');
  });

  it('is a retryable failure when the directory cannot be written', async () => {
    const sent = createTopicLogSink({ dir: fileOf('foreign') }).send('t', [numbered('k', 0)], soon());
    await expect(sent).rejects.toMatchObject({ code: 'topic-log-unavailable', retryable: true });
  });

  it('never leaves its directory', async () => {
    const sink = createTopicLogSink({ dir });
    for (const topic of ['../outside', 'a/b', '', '/etc/x']) {
      await expect(sink.send(topic, [numbered('k', 0)], soon())).rejects.toMatchObject({ code: 'config' });
    }
    expect(existsSync(join(dir, '../outside.ndjson'))).toBe(false);
  });

  it('holds a value of another content type as base64', async () => {
    const headers = { 'content-type': 'application/vnd.confluent.avro' };
    const binary = { ...numbered('k', 0), headers, value: Buffer.from([0, 0, 0, 0, 1, 0xff]) };
    await createTopicLogSink({ dir }).send('avro', [binary, numbered('k', 1)], soon());
    const lines = readFileSync(join(dir, 'avro.ndjson'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { offset: 0, headers, value: 'AAAAAAH/', encoding: 'base64' },
      { offset: 1, value: Buffer.from(numbered('k', 1).value).toString() },
    ]);
    expect(lines[1]).not.toContain('encoding');
  });

  it('refuses what says that it is JSON and is no text', async () => {
    const binary = { ...numbered('k', 0), value: Buffer.from([0, 0, 0, 0, 1, 0xff]) };
    const sent = createTopicLogSink({ dir }).send('text', [binary], soon());
    await expect(sent).rejects.toMatchObject({ code: 'record-refused', retryable: false });
  });
});
