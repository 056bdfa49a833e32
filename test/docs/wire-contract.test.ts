import { globSync, readFileSync } from 'node:fs';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Refusal, type RefusalCode } from '../../functions/webhook-receiver/refusal.ts';
import { MOVED_BY_SQS } from '../../lib/platform/dead-letter-queue.ts';
import { createDeadLetters } from '../../lib/platform/dead-letters.ts';
import { METRIC_CATALOGUE } from '../../lib/platform/metric-catalogue.ts';
import { type LocalSqs, startSqs } from '../support/sqs.ts';
import { type HttpExample, httpExample } from './support/http-example.ts';
import { codeBlocks, PROJECT, readPage, tableRows } from './support/markdown.ts';
import { requestsToOthers } from './support/requests-to-others.ts';

const page = readPage('docs/wire-contract.md');
const shown = codeBlocks(page).filter(({ language, label }) => language === 'http' && label !== '');

describe('the refusals in docs/wire-contract.md', () => {
  const rows = tableRows(page, 'status', 'code', 'when');

  it('are all that there are', () => {
    expect(rows.map(([, code]) => code).sort()).toEqual([...METRIC_CATALOGUE.EventsRejected.dimensions.reason].sort());
  });

  it.each(rows)('%s is the status of %s', (status, code) => {
    expect(new Refusal(code as RefusalCode, '').status).toBe(Number(status));
  });
});

describe('the dead letters in docs/wire-contract.md', () => {
  let sqs: LocalSqs;
  beforeAll(async () => {
    sqs = await startSqs();
  });
  afterAll(() => sqs.stop());

  it('have those attributes', async () => {
    const { url: queueUrl } = await sqs.createQueue('dead-letters');
    const message = { messageId: 'm', groupId: 'g', sequenceNumber: '1', body: '{}', eventId: 'e', parkedAtMs: 0 };
    await createDeadLetters({ sqs: sqs.client, queueUrl }).park({ ...message, reason: 'no-topic', detail: 'none' });
    const receive = new ReceiveMessageCommand({ QueueUrl: queueUrl, MessageAttributeNames: ['All'] });
    const { Messages: [letter] = [] } = await sqs.client.send(receive);
    const documented = tableRows(page, 'attribute').map(([name]) => name);
    expect(documented.sort()).toEqual(Object.keys(letter?.MessageAttributes ?? {}).sort());
  });

  it('have all reasons for which the code parks', () => {
    const sources = globSync(['lib/**/*.ts', 'functions/**/*.ts'], { cwd: PROJECT }).map((path) =>
      readFileSync(`${PROJECT}/${path}`, 'utf8'),
    );
    const poison = /new PoisonError\(\s*'([a-z-]+)'|extends PoisonError \{[^}]*?super\('([a-z-]+)'/g;
    const codes = sources
      .flatMap((text) => [...text.matchAll(poison)].map(([, thrown, own]) => thrown ?? own))
      .filter((code) => code !== 'phone-number-invalid'); // the receiver makes a 400 of it
    const documented = tableRows(page, 'reason').flatMap(([cell = '']) => cell.replaceAll('`', '').split(', '));
    expect(codes.length).toBeGreaterThan(6);
    expect(documented.filter((code) => !code.includes('…')).sort()).toEqual(
      [...new Set([...codes, MOVED_BY_SQS])].sort(),
    );
  });
});

describe('the requests to CXone and others in docs/wire-contract.md', () => {
  let sent: Map<string, HttpExample>;
  beforeAll(async () => {
    sent = await requestsToOthers();
  });

  it('are all that are sent', () => {
    expect(shown.map(({ label }) => label).sort()).toEqual([...sent.keys()].sort());
  });

  it.each(shown)('$label is sent as shown', (block) => {
    const expected = httpExample(block);
    const { start, headers, body } = sent.get(block.label) as HttpExample;
    const named = Object.keys(expected.headers).map((name) => [name, headers[name]]);
    expect({ start, headers: Object.fromEntries(named), body }).toEqual(expected);
  });
});
