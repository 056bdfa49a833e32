import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeEnvelope } from '../../lib/events/envelope.ts';
import { createDeadLetters } from '../../lib/platform/dead-letters.ts';
import { contactAction } from '../support/queued-events.ts';
import { eventually } from './support/eventually.ts';
import { type RelayProcess, removeDirectory, startRelay } from './support/relay-process.ts';
import { settled } from './support/webhook.ts';

const TOPIC = 'cxone.interactions.raw';
const DAY_MS = 86_400_000;
const SUBSCRIPTION = {
  name: 'completed-interactions',
  eventType: 'interaction.completed',
  endpoints: [{ url: 'https://events.example.com/cxone', type: 'webhook' }],
};

let relay: RelayProcess;
let endpoints: { sqs: string; queues: { events: string; deadLetter: string }; region: string };
beforeAll(async () => {
  relay = await startRelay({ stage: { subscriptions: [SUBSCRIPTION] } });
  endpoints = (await (await fetch(`${relay.url}/_local/endpoints`)).json()) as typeof endpoints;
}, 120_000);
afterAll(async () => {
  await relay.kill();
  removeDirectory(relay.dataDirectory);
});

/** `npm run <command> -- <args>` on that relay. */
function run(
  command: string,
  args: string,
  port = new URL(relay.url).port,
): Promise<{ code: number; out: string; err: string }> {
  const project = resolve(import.meta.dirname, '../..');
  const words = [`cli/${command}.ts`, ...args.split(' '), '--port', port];
  return new Promise((done) => {
    execFile(process.execPath, words, { cwd: project, timeout: 60_000 }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

describe('the commands on a relay of npm start', () => {
  it('dlq: a parked event of weeks ago gets a fresh chance and comes to its topic once', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const sqs = new SQSClient({ endpoint: endpoints.sqs, region: endpoints.region, credentials });
    const deadLetters = createDeadLetters({ sqs, queueUrl: endpoints.queues.deadLetter });
    const events = ['one', 'two', 'three'].map((content) => contactAction('c-1', content, Date.now() - 20 * DAY_MS));
    for (const [index, event] of events.entries()) {
      await deadLetters.park({
        messageId: `message-${index}`,
        groupId: 'group-of-c-1',
        sequenceNumber: String(index + 1),
        body: encodeEnvelope(event),
        reason: 'retries-exhausted',
        detail: 'the topic was away',
        eventId: event.eventId,
        parkedAtMs: Date.now() - DAY_MS,
      });
    }
    sqs.destroy();
    const list = await run('dlq', 'list');
    expect(list).toMatchObject({ code: 0, out: expect.stringContaining('3 parked: 3 retries-exhausted') });
    expect(await run('dlq', 'redrive')).toMatchObject({ code: 0, err: expect.stringContaining('3 redriven') });
    await settled(relay);
    await eventually(() => relay.topic(TOPIC).length === 3);
    expect(relay.topic(TOPIC).map(({ headers }) => headers.ce_id)).toEqual(events.map(({ eventId }) => eventId));
    expect((await relay.state()).queues.deadLetter.visible).toBe(0);
    expect(await run('dlq', 'frob')).toMatchObject({ code: 2, out: '' });
  });

  it('subscriptions: what the stage file declares is there after apply; audit: the record of it is whole', async () => {
    await eventually(async () => (await run('subscriptions', 'apply')).code === 0); // its schedule may be at it
    expect(await run('subscriptions', 'plan')).toMatchObject({ code: 0, out: 'nothing to change, 1 kept\n' });
    expect((await run('subscriptions', 'list')).out).toMatch(/^declared +active +interaction.completed/);
    expect(await run('subscriptions', 'plans')).toMatchObject({ code: 64 });
    const verified = await run('audit', 'verify');
    expect(verified).toMatchObject({ code: 0, out: expect.stringMatching(/^subscriptions: intact, \d+ records/m) });
    expect(await run('audit', 'verify --stream nowhere')).toMatchObject({ code: 2 });
    expect((await run('audit', 'list --stream subscriptions')).out).toMatch(/POST subscription .* success/);
  });

  it('a relay that is not there: the exit codes for it', async () => {
    const codes = [];
    for (const [command, args] of [
      ['dlq', 'list'],
      ['audit', 'verify'],
      ['subscriptions', 'plan'],
    ] as const) {
      codes.push((await run(command, args, '1')).code);
    }
    expect(codes).toEqual([2, 2, 1]);
  });
});
