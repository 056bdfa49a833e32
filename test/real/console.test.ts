import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { encodeEnvelope } from '../../lib/events/envelope.ts';
import { createDeadLetters } from '../../lib/platform/dead-letters.ts';
import type { NamedEndpoints } from '../../local/named-endpoints.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { type RelayProcess, removeDirectory, startRelay } from '../e2e/support/relay-process.ts';
import { send } from '../e2e/support/webhook.ts';
import { ensureChromium } from './services/chromium.ts';

const OFFLINE =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SUBSCRIPTION = {
  name: 'contacts',
  eventType: 'contact.created',
  endpoints: [{ url: 'https://hooks.example.com/contacts', type: 'webhook' }],
};

let relay: RelayProcess;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  const executablePath = await ensureChromium();
  relay = await startRelay({ stage: { subscriptions: [SUBSCRIPTION] } });
  browser = await chromium.launch({ executablePath, args: OFFLINE.split(' ') });
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(relay.url);
}, 700_000);
afterAll(async () => {
  await browser?.close();
  await relay?.kill();
  if (relay) removeDirectory(relay.dataDirectory);
});

const said = () => page.locator('#said').innerText();
const says = (text: RegExp) => eventually(async () => text.test(await said()), said, 30_000);
const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
const number = async (key: string) => Number(await page.locator(`[data-number="${key}"] dd`).innerText());
const shows = (key: string, value: number) =>
  eventually(
    async () => (await number(key)) === value,
    async () => `${key}: ${await number(key)}`,
    30_000,
  );

describe('the console in a browser', () => {
  it('sends an event and shows that it was routed, with the log line that tells of it', async () => {
    await press('Send an event');
    await says(/^Routed to cxone\.interactions\.raw\.$/);
    await shows('routed', 1);
    expect(relay.topic('cxone.interactions.raw')).toHaveLength(1);
    const newest = page.locator('#outcomes details').first();
    await newest.locator('summary').click();
    expect(JSON.parse(await newest.locator('pre').innerText())).toMatchObject({
      outcome: 'routed',
      kind: 'contact-action',
    });
  }, 60_000);

  it('repeats it and shows who dropped it: the queue at once, the window later', async () => {
    await press('Repeat it');
    await says(/^The queue dropped it as a duplicate/);
    await press('Repeat it late');
    await says(/^The window dropped it as a duplicate/);
    const headline = () => page.locator('.headline').innerText();
    await eventually(async () => /2 dropped \(queue 1, window 1\)/.test(await headline()), headline, 30_000);
    expect(relay.topic('cxone.interactions.raw')).toHaveLength(1);
  }, 60_000);

  it('forges a signature and shows the refusal', async () => {
    await press('Forge its signature');
    await says(/^Answered 401/);
    await shows('rejected', 1);
    await page.locator('#step-door .breakdown', { hasText: 'unauthorized 1' }).waitFor();
  }, 60_000);

  it('breaks Redis: the ledger drops the repeat, and new events are routed on', async () => {
    await press('Redis away');
    await page.locator('#step-router .note', { hasText: 'the ledger decides' }).waitFor();
    const [reads, without] = [await number('ledgerReads'), await number('filterUnavailable')];
    await press('Repeat it late');
    await shows('duplicates', 2);
    await press('Send an event');
    await shows('routed', 2);
    await eventually(
      async () => (await number('ledgerReads')) > reads && (await number('filterUnavailable')) > without,
    );
    const button = page.locator('[data-toggle="redis"]');
    // told by its label alone: pressed as well, it would be heard as "Bring Redis back, pressed"
    expect([await button.innerText(), await button.getAttribute('aria-pressed')]).toEqual(['Bring Redis back', null]);
    await press('Bring Redis back');
    await page.getByRole('button', { name: 'Redis away', exact: true }).waitFor();
  }, 60_000);

  it('makes the topics fail: the event is kept, and routed once they are mended', async () => {
    await press('Topics failing');
    await press('Send an event');
    await says(/^It could not be routed now/);
    await press('Mend the topics');
    await shows('routed', 3);
    expect(relay.topic('cxone.interactions.raw')).toHaveLength(3);
  }, 60_000);

  it('shows parked events with their reasons and redrives one', async () => {
    await press('Queue poison');
    await says(/^It was parked/);
    await page.locator('#parked li', { hasText: 'envelope-unreadable' }).waitFor();
    await park('AAAAAAAAAAAAAAAAAAAAAA', 'retries-exhausted');
    await page.locator('#parked li', { hasText: 'retries-exhausted' }).waitFor();
    await page.getByRole('button', { name: 'Redrive AAAAAAAAAAAAAAAAAAAAAA', exact: true }).focus();
    await page.keyboard.press('Enter');
    await shows('routed', 4);
    expect(relay.topic('cxone.transfers.raw')).toMatchObject([{ headers: { ce_id: 'AAAAAAAAAAAAAAAAAAAAAA' } }]);
    await page.locator('#parked li', { hasText: 'retries-exhausted' }).waitFor({ state: 'detached' });
    expect(await page.locator('#parked li').count()).toBe(1);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Redrive'); // of the one that is left
    await shows('lying', 1);
  }, 60_000);

  it('shows a number of the Do-Not-Call queue until CXone has it, and the subscriptions with their plan', async () => {
    await page.getByLabel('Kind of event').selectOption('dnc');
    await press('Send an event');
    await says(/^Routed to the Do-Not-Call queue/);
    await page.locator('#dnc tr', { hasText: '+1415555' }).waitFor();
    await press('Tell CXone now');
    await says(/^Confirmed by CXone: \d+; still pending: \d+; failed in all: 0\.$|^Not sent by this/);
    await page.locator('#dnc tr', { hasText: 'synced' }).waitFor({ timeout: 30_000 });
    await page.locator('#subscriptions li', { hasText: 'contacts' }).waitFor({ timeout: 60_000 });
    await press('Show the plan (dry run)');
    await page.locator('#plan li', { hasText: 'contacts: as declared' }).waitFor({ timeout: 30_000 });
  }, 120_000);

  it('tells whoever does not see it of the connection', async () => {
    expect(await page.getByRole('status').filter({ hasText: 'live' }).count()).toBe(1);
  });

  it('is worked by keyboard alone, and says what each control is', async () => {
    await page.locator('#kind').focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Send an event');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    const before = await number('received');
    await page.keyboard.press('Enter');
    await shows('received', before + 1);
    for (const control of await page.locator('button:visible, select, a').all()) {
      const text = (await control.innerText()).trim();
      const label = await control.evaluate(
        '(node) => node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent ?? ""',
      );
      const isSelect = await control.evaluate('(node) => node.tagName === "SELECT"');
      expect(isSelect ? label : `${label}${text}`).toMatch(/\w/);
    }
  }, 60_000);

  it.each([360, 1600])('fits a window of %i pixels, dark and light', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  });

  it('tells why an event was not taken, and takes no other for it', async () => {
    const other = await startRelay({ stage: { routing: { QUEUE_TRANSFER: 'transfers' } } });
    try {
      await page.goto(other.url);
      await press('Send an event');
      await says(/^Answered 400: Event type is not routed; .* It is not queued\.$/);
      expect(await send(other, '{"actionType":"QUEUE_TRANSFER","contactId":"c"}')).toMatchObject({ status: 202 });
      await shows('routed', 1);
      await page.locator('#outcomes .badge.routed').waitFor();
      expect(await said()).toMatch(/^Answered 400/);
    } finally {
      await page.goto(relay.url); // a page without its relay complains
      await other.kill();
      removeDirectory(other.dataDirectory);
    }
  }, 120_000);

  it('leaves the browser without complaint', () => {
    expect(complaints).toEqual([]);
  });
});

/** As the router parks an event that it could not route for too long. */
async function park(eventId: string, reason: string): Promise<void> {
  const { sqs: endpoint, queues } = (await (await fetch(`${relay.url}/_local/endpoints`)).json()) as NamedEndpoints;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials });
  const body = encodeEnvelope({
    eventId,
    kind: 'contact-action',
    orderKey: 'c-1',
    routingType: 'QUEUE_TRANSFER',
    receivedAtMs: Date.now(),
    body: Buffer.from('{"actionType":"QUEUE_TRANSFER","contactId":"c-1"}'),
  });
  const parked = { messageId: 'm-1', groupId: 'c-1', body, eventId, reason, detail: 'tried for 13 days' };
  await createDeadLetters({ sqs, queueUrl: queues.deadLetter }).park({ ...parked, parkedAtMs: Date.now() });
  sqs.destroy();
}
