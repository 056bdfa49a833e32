import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createUpstashRest } from '../../../lib/dedup/upstash-rest.ts';
import { fakeClock } from '../../support/clock.ts';

const clock = fakeClock();
const noEnd = new AbortController().signal;
let connections = 0;
let answer: { status: number; body: string };
let asked: { body: string; authorization: string | undefined } | undefined;
let server: Server;
let url: string;

beforeEach(async () => {
  connections = 0;
  answer = { status: 200, body: '{"result":["01","x"]}' };
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked = { body, authorization: request.headers.authorization };
    response.writeHead(answer.status);
    response.end(answer.body);
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe("Upstash's REST form", () => {
  it('sends the command and its token, and answers the result', async () => {
    const command = createUpstashRest({ url, token: 't' }, clock);
    expect(await command(['EVALSHA', 'é', '0'], noEnd)).toEqual(['01', 'x']);
    expect(asked).toEqual({ body: '["EVALSHA","é","0"]', authorization: 'Bearer t' });
  });

  it('keeps its connection while it is in use, and takes a new one after a pause', async () => {
    const command = createUpstashRest({ url, token: 't' }, clock);
    for (let n = 0; n < 3; n++) await command(['PING'], noEnd);
    expect(connections).toBe(1);
    clock.advance(4_001);
    await command(['PING'], noEnd);
    expect(connections).toBe(2);
  });

  it.each([
    [400, '{"error":"NOSCRIPT no such script"}', 'NOSCRIPT no such script'],
    [401, '', 'Unauthorized'],
    [502, '<html>bad gateway</html>', 'Redis answered 502'],
    [200, '<html>welcome</html>', 'Redis answered without a result'],
    [200, '[]', 'Redis answered without a result'],
  ])('rejects an answer %d %s', async (status, body, message) => {
    answer = { status, body };
    await expect(createUpstashRest({ url, token: 't' }, clock)(['PING'], noEnd)).rejects.toThrow(message);
  });

  it('ends with the reason of its signal, before and during the request', async () => {
    const command = createUpstashRest({ url, token: 't' }, clock);
    await expect(command(['PING'], AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(connections).toBe(0);
    const controller = new AbortController();
    server.once('request', () => controller.abort(new Error('over')));
    await expect(command(['PING'], controller.signal)).rejects.toThrow('over');
    expect(await command(['PING'], noEnd)).toEqual(['01', 'x']);
  });
});
