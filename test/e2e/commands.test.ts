import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findTarget } from '../../cli/shared/find-target.ts';
import { encodeEnvelope } from '../../lib/events/envelope.ts';
import { createDeadLetters } from '../../lib/platform/dead-letters.ts';
import { commandLeaves, helpOf } from '../support/command-help.ts';
import { type Ran, relayCommand } from '../support/command-line.ts';
import { COMPLETED_INTERACTIONS } from '../support/completed-interactions.ts';
import { contactAction } from '../support/queued-events.ts';
import { eventually } from './support/eventually.ts';
import { INTERACTION, JSON_SHAPES, KEPT_FILE, NUMBER } from './support/json-shapes.ts';
import { type RelayProcess, removeDirectory, startRelay } from './support/relay-process.ts';
import { settled } from './support/webhook.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const TOPIC = 'cxone.interactions.raw';
const DAY_MS = 86_400_000;

let relay: RelayProcess;
let port: string;
let sqs: SQSClient;
let deadLetterUrl: string;
const cache = mkdtempSync(join(tmpdir(), 'relay-npx-'));
beforeAll(async () => {
  relay = await startRelay({
    stage: { subscriptions: [COMPLETED_INTERACTIONS] },
    environment: { CXONE_WEBHOOK_SECRET: 'a-secret-of-its-own' },
  });
  port = new URL(relay.url).port;
  const endpoints = (await (await fetch(`${relay.url}/_local/endpoints`)).json()) as {
    sqs: string;
    queues: { deadLetter: string };
    region: string;
  };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint: endpoints.sqs, region: endpoints.region, credentials });
  deadLetterUrl = endpoints.queues.deadLetter;
}, 120_000);
afterAll(async () => {
  sqs?.destroy();
  await relay?.kill();
  for (const directory of [relay?.dataDirectory, cache]) if (directory !== undefined) removeDirectory(directory);
});

const keptFile = join(cache, KEPT_FILE);
writeFileSync(
  keptFile,
  JSON.stringify({ groupId: 'group-of-c-1', message: encodeEnvelope(contactAction('c-1', 'kept', Date.now())) }),
);

/** `npx relay <args>` in this process, on that relay. */
const run = (args: string): Promise<Ran> =>
  relayCommand(args.replace(KEPT_FILE, keptFile), (options) => findTarget({ port: Number(port), ...options }));

/** In one of its own, by `program`, from the project's directory. */
function runProcess(program: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env.PATH ?? '', PORT: port, npm_config_cache: cache, npm_config_offline: 'true' };
  return new Promise((done) => {
    execFile(program, args, { cwd: PROJECT, env, timeout: 60_000 }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

async function park(reason: string, ...contents: string[]): Promise<string[]> {
  const deadLetters = createDeadLetters({ sqs, queueUrl: deadLetterUrl });
  const events = contents.map((content) => contactAction('c-1', content, Date.now() - 20 * DAY_MS));
  for (const [index, event] of events.entries()) {
    await deadLetters.park({
      messageId: `message-${event.eventId}`,
      groupId: 'group-of-c-1',
      sequenceNumber: String(index + 1),
      body: encodeEnvelope(event),
      reason,
      detail: 'the topic was away',
      eventId: event.eventId,
      parkedAtMs: Date.now() - DAY_MS,
    });
  }
  return events.map(({ eventId }) => eventId);
}

describe('the commands on a relay of npm start', () => {
  it('send: signs with the secret of that relay, whatever it is', async () => {
    expect(await run('send --count 3 --repeat 2')).toMatchObject({
      code: 0,
      lines: [expect.stringMatching(/^202: 6 \(6 requests/)],
    });
    const forged = await run('send --secret forged --json');
    expect(forged.code).toBe(1);
    expect(JSON.parse(forged.lines.join())).toMatchObject({ accepted: 0, answers: { 401: 1 } });
    await settled(relay);
  });

  it('dlq: a parked event of weeks ago gets a fresh chance and comes to its topic once', async () => {
    const before = relay.topic(TOPIC).length;
    const ids = await park('retries-exhausted', 'one', 'two', 'three');
    const list = await run('dlq list');
    expect(list).toMatchObject({ code: 0 });
    expect(list.lines.at(-1)).toBe('3 parked: 3 retries-exhausted');
    expect(await run('dlq redrive')).toMatchObject({ code: 0, notes: ['3 redriven: 3 retries-exhausted'] });
    await settled(relay);
    await eventually(() => relay.topic(TOPIC).length === before + 3);
    expect(
      relay
        .topic(TOPIC)
        .slice(before)
        .map(({ headers }) => headers.ce_id),
    ).toEqual(ids);
    expect((await relay.state()).queues.deadLetter.visible).toBe(0);
  });

  it('subscriptions: what the stage file declares is there after apply; audit: the record of it is whole', async () => {
    await eventually(async () => (await run('subscriptions apply')).code === 0); // its schedule may be at it
    expect(await run('subscriptions plan')).toMatchObject({ code: 0, lines: ['nothing to change, 1 kept'] });
    expect((await run('subscriptions list')).lines[1]).toMatch(/^declared +active +interaction.completed/);
    const verified = await run('audit verify');
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.lines).toContainEqual(expect.stringMatching(/^subscriptions: intact, \d+ records/));
    expect(await run('audit verify --stream nowhere')).toMatchObject({ code: 64 });
    const records = (await run('audit list --stream subscriptions')).lines;
    expect(records).toContainEqual(expect.stringMatching(/POST subscription .* success/));
  });

  it('npx relay and npm run relay: in a clone, by npm alone, with the exit code of the command', async () => {
    const npx = await runProcess('npx', 'relay', 'send', '--count', '2', '--json');
    expect(npx).toMatchObject({ code: 0, err: expect.stringContaining(`(the local relay at ${relay.url})`) });
    expect(JSON.parse(npx.out)).toMatchObject({ requests: 2, accepted: 2 });
    expect(await runProcess('npm', 'run', '-s', 'relay', '--', 'dlq', 'frob')).toMatchObject({
      code: 64,
      out: '',
      err: expect.stringContaining("unknown command 'frob'"),
    });
  }, 60_000);
});

describe('each command of the help', () => {
  const all = commandLeaves();

  it('has examples, and they work as they stand', async () => {
    await park('no-such-reason', 'an example');
    for (const path of all) {
      const { examples } = await helpOf(path);
      expect({ path, examples: examples.length > 0 }).toEqual({ path, examples: true });
      for (const example of examples.filter((one) => !one.startsWith('npx relay soak'))) {
        let last: Ran | undefined;
        const works = async () => {
          last = await run(example.replace(/^npx relay /, ''));
          return [0, 2].includes(last.code); // what was sent is not worked at once; plan may find something
        };
        await eventually(works, () => ({ example, ...last }), 20_000, 200);
      }
    }
  }, 120_000);

  it('prints for machines an object a line, of the shape that its help tells', async () => {
    await run('dlq discard --yes');
    await park('no-such-reason', 'for machines');
    await run(`send --kind dnc --contact ${NUMBER}`);
    await run(`send --kind interaction-update --contact ${INTERACTION}`);
    await eventually(async () => (await run('subscriptions apply')).code === 0);
    await eventually(
      async () => (await run(`dnc show ${NUMBER}`)).code + (await run(`interactions ${INTERACTION}`)).code === 0,
    );
    for (const path of all.filter((one) => one !== 'soak')) {
      const { args = '', line } = JSON_SHAPES[path] ?? {};
      const { code, lines } = await run(`${path} --json ${args}`);
      const printed = lines.map((text) => JSON.parse(text));
      expect({ path, printed }).toEqual({ path, printed: expect.arrayContaining([line]) });
      expect({ path, code }).toEqual({ path, code: path === 'dnc retry' ? 1 : 0 });
      const { jsonNames } = await helpOf(path);
      const untold = Object.keys(printed[0]).filter((name) => !jsonNames.has(name));
      expect({ path, untold }).toEqual({ path, untold: [] });
    }
  }, 60_000);

  it('tells of a relay that is not there in a sentence, and ends with 1', async () => {
    const operands: Record<string, string> = {
      'dnc show': '+14155550100',
      'dnc retry': '--all',
      'dlq discard': '--yes',
      'dlq import': keptFile,
    };
    for (const path of all.filter((one) => !['capacity', 'soak'].includes(one))) {
      const operand = operands[path] ?? (path === 'interactions show' ? 'i-1' : '');
      const { code, lines, notes } = await relayCommand(`${path} ${operand} --port 1`, findTarget);
      expect({ path, code, lines }).toEqual({ path, code: 1, lines: [] });
      expect(notes).toEqual([expect.stringMatching(/^error: no local relay at .* start one with "npm start"/)]);
    }
  });
});
