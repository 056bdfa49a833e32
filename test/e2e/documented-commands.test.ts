import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeEnvelope } from '../../lib/events/envelope.ts';
import { createDeadLetters } from '../../lib/platform/dead-letters.ts';
import { documentedCommands } from '../docs/support/documented-commands.ts';
import { PROJECT } from '../docs/support/markdown.ts';
import { NOT_RUN_HERE } from '../docs/support/not-run-here.ts';
import { COMPLETED_INTERACTIONS } from '../support/completed-interactions.ts';
import { contactAction } from '../support/queued-events.ts';
import { eventually } from './support/eventually.ts';
import { type RelayProcess, removeDirectory, startRelay } from './support/relay-process.ts';
import { relayCommand, runTyped, shell } from './support/typed-command.ts';
import { send, settled } from './support/webhook.ts';

const NUMBER = '+14155550100';
const PARKED = contactAction('c-9', 'parked', Date.now() - 86_400_000);
const FIRST = 'npx relay send --count 10 --repeat 3';
/** That of `npm start`. */
const DEFAULT_STAGE = 'infra/stages/local.json';
const TOPIC = 'cxone.interactions.raw';

/** What shows, beside the exit code, that a command did what its page says. */
const SHOWN: readonly [RegExp, RegExp][] = [
  [/^body=/, /HTTP\/1.1 202 Accepted/],
  [/^body=/, /^{"counters":/m],
  [/\/metrics/, /^cxone_events_received_total \d+$/m],
  [/ dnc list$/, /\+14155550100/],
  [/ dnc show /, /\+14155550100/],
  [/ dlq (list|show|redrive --reason no-topic --dry-run)/, /no-topic/],
  [/ dlq discard/, new RegExp(PARKED.eventId)],
  [/ interactions show/, /i-1/],
  [/ subscriptions plan/, /completed-interactions|nothing to change/],
  [/ audit verify/, /intact/],
  [/ capacity/, /USD/],
  [/--help/, /Usage: relay/],
];

const documented = documentedCommands();
const isListed = (text: string) => NOT_RUN_HERE.some(({ commands }) => commands.test(text));
/** A stage is another target and nothing else: what works on this relay by these words works there. */
const toRun = [...new Set(documented.map(({ text }) => text.replace(/^(npx relay .*?) --stage \S+/, '$1')))].filter(
  (text) => !isListed(text),
);

const readJson = (path: string) => JSON.parse(readFileSync(resolve(PROJECT, path), 'utf8'));

let relay: RelayProcess;
beforeAll(async () => {
  relay = await startRelay({ stage: { ...readJson(DEFAULT_STAGE), subscriptions: [COMPLETED_INTERACTIONS] } });
  process.env.PORT = new URL(relay.url).port; // by which the commands find it
  await send(relay, JSON.stringify({ phoneNumber: NUMBER, eventName: 'optOut', timestamp: '2026-01-31T12:00:00Z' }));
  const update = { interactionId: 'i-1', dataActionId: 'd-1', updatedTimestamp: '2026-01-31T12:00:00Z' };
  await send(relay, JSON.stringify(update));
  await settled(relay);
  // the reconciler's own run, which comes with the start, may hold its lease
  await eventually(async () => (await relayCommand(['subscriptions', 'apply'])).code === 0);
}, 120_000);
afterAll(async () => {
  delete process.env.PORT;
  await relay.kill();
  removeDirectory(relay.dataDirectory);
});

/** One of reason `no-topic`, whatever the commands before have made of the last. */
async function park(): Promise<void> {
  const url = `${relay.url}/_local/endpoints`;
  const { sqs: endpoint, queues, region } = (await (await fetch(url)).json()) as Endpoints;
  const sqs = new SQSClient({ endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  await createDeadLetters({ sqs, queueUrl: queues.deadLetter }).park({
    messageId: crypto.randomUUID(),
    groupId: 'group-of-c-9',
    body: encodeEnvelope(PARKED),
    reason: 'no-topic',
    detail: 'the routing table has no topic',
    eventId: PARKED.eventId,
    parkedAtMs: Date.now(),
  });
  sqs.destroy();
}

interface Endpoints {
  sqs: string;
  queues: { deadLetter: string };
  region: string;
}

/** What a reader would put in place of the names in angle brackets, and where this suite's relay is. */
const typed = (text: string): string =>
  text
    .replaceAll('http://127.0.0.1:8787', relay.url)
    .replaceAll('.local/', `${relay.dataDirectory}/`)
    .replaceAll('<eventId>', PARKED.eventId)
    .replaceAll('<number>', NUMBER)
    .replaceAll('<code>', 'no-topic')
    .replaceAll('parked.ndjson', `${relay.dataDirectory}/parked.ndjson`);

describe('the commands in README.md and docs', () => {
  it('are run here, or listed with a reason and with what checks them', () => {
    expect(toRun.filter((text) => !/^npx relay |\bcurl -/.test(text))).toEqual([]);
    for (const { commands, checkedBy } of NOT_RUN_HERE) {
      expect([checkedBy, existsSync(resolve(PROJECT, checkedBy))]).toEqual([checkedBy, true]);
      expect([commands, documented.some(({ text }) => commands.test(text))]).toEqual([commands, true]);
    }
  });

  it('name scripts that package.json has', () => {
    const { scripts } = readJson('package.json');
    const named = documented.flatMap(({ text }) => [...text.matchAll(/npm run (\S+)/g)].map(([, name = '']) => name));
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('begin with ten events, each three times, of which ten come through', async () => {
    expect(toRun[0]).toBe(FIRST);
    const before = (await relay.state()).counters;
    expect(await shell(FIRST)).toMatchObject({ code: 0 });
    await eventually(async () => {
      const { accepted, routed, duplicates, queueDuplicates } = (await relay.state()).counters;
      const dropped = duplicates + queueDuplicates - before.duplicates - before.queueDuplicates;
      return accepted === before.accepted + 30 && routed === before.routed + 10 && dropped === 20;
    });
    expect(relay.topic(TOPIC)).toHaveLength(10);
  }, 120_000);

  it.each(toRun.slice(1))(
    '%s',
    async (text) => {
      if (/ dlq /.test(text)) await park();
      // 2: changes are pending, as the page says
      const allowed = text.endsWith('subscriptions plan') ? [0, 2] : [0];
      const ended = await runTyped(typed(text));
      expect([text, allowed.includes(ended.code), ended]).toEqual([text, true, ended]);
      for (const [, output] of SHOWN.filter(([command]) => command.test(text))) expect(ended.out).toMatch(output);
    },
    120_000,
  );

  it.each(documented.filter(({ text }) => text.startsWith('npx relay soak ')))(
    '$text has options that there are',
    async ({ text }) => {
      const { out } = await relayCommand(['soak', '--help']);
      for (const option of text.match(/--[\w-]+/g) ?? []) expect(out).toContain(`${option} `);
    },
  );
});
