import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bufferedServer, type LoopbackServer, listenOnLoopback } from '../../../../local/embedded/loopback-server.ts';
import { answerAdmin } from '../../../../local/gateway/admin.ts';
import { EventStream } from '../../../../local/panel/event-stream.ts';
import { CannotSend } from '../../../../local/panel/sample-sender.ts';
import { ActivityHistory } from '../../../../local/watch/activity-history.ts';
import { OutcomeFeed } from '../../../../local/watch/outcome-feed.ts';

const PAGE = resolve(import.meta.dirname, '../../../../local/console');

let server: LoopbackServer;
let stream: EventStream;
let outcomes: OutcomeFeed;
let history: ActivityHistory;
const sent: unknown[] = [];
beforeEach(async () => {
  sent.length = 0;
  outcomes = new OutcomeFeed();
  history = new ActivityHistory(outcomes.totals);
  stream = new EventStream({ snapshot: async () => ({ parts: 'well' }), outcomes, history });
  const panel = {
    stream,
    sender: {
      async send(...input: unknown[]) {
        if (input[0] === 'repeat') throw new CannotSend('send an event first');
        sent.push(input);
        return { status: 202, eventId: 'e', messageId: null, refusal: null };
      },
    },
    parked: { list: async () => ({ total: 0, events: [] }), redrive: async () => 0 },
    breakages: {
      state: () => ({ redis: null, topics: null }),
      apply: () => false,
      mendAll: () => undefined,
    },
  };
  const actions = {
    state: async () => ({}),
    endpoints: {},
    functionNames: [],
    invoke: async () => null,
    kill: async () => 0,
    panel,
  };
  server = await listenOnLoopback(
    bufferedServer((incoming, body, response) => answerAdmin(incoming, incoming.url ?? '', body, response, actions)),
  );
});
afterEach(async () => {
  stream.close();
  history.stop();
  await server.close();
});

const post = async (path: string, input: unknown, headers = {}) => {
  const response = await fetch(server.url + path, { method: 'POST', body: JSON.stringify(input), headers });
  return [response.status, await response.json()];
};

describe('the console’s page', () => {
  it('is served with all that it loads, and with a policy that allows nothing from elsewhere and nothing inline', async () => {
    const page = await fetch(`${server.url}/`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    const linked = [...(await page.text()).matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path]) => path);
    const modules = readdirSync(PAGE).filter((name) => name.endsWith('.js'));
    const imported = modules.flatMap((name) =>
      [...readFileSync(join(PAGE, name), 'utf8').matchAll(/from '\.\/([^']+)'/g)].map(
        ([, file]) => `/_local/console/${file}`,
      ),
    );
    expect(linked.length + imported.length).toBeGreaterThan(10);
    for (const path of [...linked, ...imported])
      expect([path, (await fetch(server.url + path)).status]).toEqual([path, 200]);
  });

  it.each([
    '/_local/console/../relay.ts',
    '/_local/console/%2e%2e/relay.ts',
    '/_local/console/package.json',
    '/_local/console/',
  ])('does not serve %s', async (path) => {
    const status = await new Promise((done) => {
      request(server.url, { path }, (answer) => done(answer.resume().statusCode)).end(); // fetch would tidy the path
    });
    expect(status).toBe(404);
  });

  it.each(['/', '/_local/events', '/_local/dead-letters'])(
    'is not for other names of this machine: %s',
    async (path) => {
      const status = await new Promise((done) => {
        const options = { path, headers: { host: 'relay.example.com' } };
        request(server.url, options, (answer) => done(answer.resume().statusCode)).end();
      });
      expect(status).toBe(403);
    },
  );
});

describe('the console’s buttons', () => {
  it('are not for pages of other origins', async () => {
    for (const origin of ['https://example.com', 'null']) {
      expect(await post('/_local/send', { action: 'new' }, { origin })).toEqual([403, expect.anything()]);
    }
    expect(sent).toEqual([]);
    expect(await post('/_local/send', { action: 'new', kind: 'dnc' })).toMatchObject([200, { status: 202 }]);
    expect(sent).toEqual([['new', 'dnc']]);
  });

  it('say what is wrong with what was asked, and what cannot be done now', async () => {
    expect(await post('/_local/send', { action: 'explode' })).toEqual([400, { message: expect.any(String) }]);
    expect(await post('/_local/redrive', { messageId: 7 })).toEqual([400, { message: expect.any(String) }]);
    expect(await post('/_local/send', { action: 'repeat' })).toEqual([409, { message: 'send an event first' }]);
    const notOurs = { message: 'that part is not embedded in this relay, or not used by its stage' };
    expect(await post('/_local/break', { breakage: 'redis-away' })).toEqual([409, notOurs]);
  });
});

it('the stream tells what was and what comes: outcomes, the history and the state; it ends with the relay', async () => {
  outcomes.read('{"message":"webhook","status":202,"eventId":"before"}');
  history.sample(1000);
  const response = await fetch(`${server.url}/_local/events`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"parts"') && !text.includes('"after"')) {
        outcomes.read('{"message":"webhook","status":202,"eventId":"after"}');
      }
      if (text.includes('"after"')) stream.close();
    }
  })();
  await reading;
  expect(text).toMatch(/event: outcomes\ndata: \[\{"id":1,.*"before"/);
  expect(text).toContain('event: samples\ndata: [{"atMs":1000');
  expect(text.match(/event: state\ndata: \{"parts":"well"\}\n\n/g)).toHaveLength(1);
  expect(text.match(/"before"/g)).toHaveLength(1);
});
