import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTopicLogSink } from '../../lib/routing/topic-log.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'relay-two-writers-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Two relays with one data directory: each took the other's line in the making for one torn by a crash, and cut it off. */
describe('a line that another relay is in the middle of writing', () => {
  it('is not cut off: what was confirmed to both is in the log', async () => {
    const path = join(dir, 't.ndjson');
    const foreign = '{"offset":0,"timestamp":1,"key":null,"headers":{},"value":"of the other"}\n';
    writeFileSync(path, foreign.slice(0, 40));
    setTimeout(() => appendFileSync(path, foreign.slice(40)), 20);
    const record = { key: null, value: Buffer.from('"own"'), headers: {}, timestampMs: 2 };
    await createTopicLogSink({ dir }).send('t', [record], Date.now() + 60_000);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { offset: 0, value: 'of the other' },
      { offset: 1, value: '"own"' },
    ]);
  });
});
