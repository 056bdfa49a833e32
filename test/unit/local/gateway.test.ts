import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type LoopbackServer, listenOnLoopback } from '../../../local/embedded/loopback-server.ts';
import { createGateway } from '../../../local/gateway/gateway.ts';
import { FunctionError } from '../../../local/lambda/sandbox.ts';

let running: LoopbackServer | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** A gateway with one route, `ANY /hook`, before this function. */
async function gatewayBefore(invoke: (event: APIGatewayProxyEventV2) => unknown): Promise<string> {
  const server = createGateway(() => ({
    routes: [{ method: 'ANY', path: '/hook', routeKey: 'ANY /hook', functionArn: 'arn:f' }],
    invoke: async (_arn, event) => invoke(event as APIGatewayProxyEventV2),
    onRequest: () => undefined,
    admin: async () => undefined,
  }));
  running = await listenOnLoopback(server);
  return running.url;
}

const echo = (event: APIGatewayProxyEventV2) => ({ statusCode: 200, body: JSON.stringify(event) });
async function eventOf(url: string, init: RequestInit): Promise<APIGatewayProxyEventV2> {
  return (await (
    await fetch(`${url}/hook?a=1&a=2&b=%20`, { method: 'POST', ...init })
  ).json()) as APIGatewayProxyEventV2;
}

describe('the gateway', () => {
  it('gives the function API Gateway’s payload 2.0', async () => {
    const url = await gatewayBefore(echo);
    const event = await eventOf(url, { body: '{}', headers: { 'Content-Type': 'application/json', 'X-Thing': 'one' } });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /hook',
      rawPath: '/hook',
      rawQueryString: 'a=1&a=2&b=%20',
      queryStringParameters: { a: '1,2', b: ' ' },
      headers: { 'content-type': 'application/json', 'x-thing': 'one' },
      requestContext: { http: { method: 'POST', path: '/hook', sourceIp: '127.0.0.1' } },
      body: '{}',
      isBase64Encoded: false,
    });
  });

  it.each([
    ['application/json', Buffer.from('{"a":"ü"}'), false],
    ['application/problem+json', Buffer.from('{}'), false],
    ['text/plain; charset=utf-8', Buffer.from('x'), false],
    ['application/json', Buffer.from([0x7b, 0xff]), true],
    ['application/octet-stream', Buffer.from('x'), true],
    ['application/x-www-form-urlencoded', Buffer.from('x'), true],
  ])('hands over %s %s as base64: %s', async (contentType, body, base64) => {
    const url = await gatewayBefore(echo);
    const event = await eventOf(url, { body, headers: { 'content-type': contentType } });
    expect(event.isBase64Encoded).toBe(base64);
    expect(Buffer.from(event.body ?? '', base64 ? 'base64' : 'utf8')).toEqual(body);
  });

  it.each([
    ['throws', () => Promise.reject(new FunctionError('Error', 'boom')), 500],
    ['runs out of time', () => Promise.reject(new FunctionError('Sandbox.Timedout', 'late')), 503],
    ['answers no status', () => ({ body: 'x' }), 500],
    ['answers nothing', () => null, 500],
  ])('answers for a function that %s', async (_name, invoke, status) => {
    const url = await gatewayBefore(invoke);
    const response = await fetch(`${url}/hook`);
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('message');
  });

  it('outlives a client that goes away in mid-request', async () => {
    const url = await gatewayBefore(echo);
    await new Promise<void>((resolve) => {
      const half = request(`${url}/hook`, { method: 'POST', headers: { 'content-length': 1000 } });
      half.on('error', () => resolve());
      half.write('x', () => half.destroy(new Error('gone')));
    });
    expect((await fetch(`${url}/hook`)).status).toBe(200);
  });
});
