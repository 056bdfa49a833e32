import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Exchange, exchanges, type HttpExample } from '../docs/support/http-example.ts';
import { codeBlocks, readPage } from '../docs/support/markdown.ts';
import { eventually } from './support/eventually.ts';
import { type RelayProcess, removeDirectory, SECRET, startRelay } from './support/relay-process.ts';

const blocks = codeBlocks(readPage('docs/wire-contract.md'));
const examples = exchanges(blocks).map((exchange) => ({ ...exchange, name: `line ${exchange.line}` }));
const SIGNATURES = ['x-cxone-signature', 'x-nice-signature'];

let relay: RelayProcess;
beforeAll(async () => {
  relay = await startRelay();
}, 120_000);
afterAll(async () => {
  await relay.kill();
  removeDirectory(relay.dataDirectory);
});

/** The example with its signature in place of the dots. */
async function send({ start, headers, body }: HttpExample): Promise<Response> {
  const [method = '', path = ''] = start.split(' ');
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const signed = Object.entries(headers).map(([name, value]) => [name, SIGNATURES.includes(name) ? signature : value]);
  return fetch(relay.url + path, {
    method,
    headers: Object.fromEntries(signed),
    ...(method === 'POST' && { body: Buffer.from(body) }),
  });
}

async function asExample(answer: Response, { headers }: HttpExample): Promise<HttpExample> {
  const named = Object.keys(headers).map((name) => [name, answer.headers.get(name) ?? '']);
  return { start: String(answer.status), headers: Object.fromEntries(named), body: await answer.text() };
}

describe('docs/wire-contract.md on a relay', () => {
  it.each<Exchange & { name: string }>(examples)(
    'the request of $name has that answer',
    async ({ request, answer }) => {
      expect(await asExample(await send(request), answer)).toEqual(answer);
    },
  );

  it('the record of the first event is as shown, and the repeat left none', async () => {
    const shown = blocks.filter(({ language }) => language === 'json').map(({ text }) => JSON.parse(text));
    await eventually(async () => (await relay.state()).counters.routed === 4);
    const lines = relay.topic('cxone.interactions.raw');
    expect(lines).toHaveLength(shown.length);
    const [line, record] = [lines[0], shown[0]];
    const receipt = { timestamp: line?.timestamp, headers: { ...record.headers, ce_time: line?.headers.ce_time } };
    expect(line).toEqual({ ...record, ...receipt });
    expect(new Date(record.timestamp).toISOString()).toBe(record.headers.ce_time);
  });
});
