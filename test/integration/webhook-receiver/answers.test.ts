import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startQueue } from './support/events-queue.ts';
import type { Request } from './support/gateway-event.ts';
import { receiver } from './support/receiver.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
let queue: Awaited<ReturnType<typeof startQueue>>;
beforeAll(async () => {
  queue = await startQueue();
});
afterAll(() => queue.close());

const contact = (more = {}) => JSON.stringify({ actionType: 'QUEUE_TRANSFER', ...more });

describe('202', () => {
  it.each([
    ['contact-action', '{"actionType":"QUEUE_TRANSFER","contactId":1.0}', '1.0', 'QUEUE_TRANSFER'],
    ['data-action', '{"eventType":"DATA_ACTION_TRIGGERED","data":{"contactId":"c"}}', 'c', 'DATA_ACTION_TRIGGERED'],
    [
      'interaction-update',
      '{"interactionId":"i","dataActionId":"d","updatedTimestamp":"2026-01-31"}',
      'i',
      'data.action.updated',
    ],
    [
      'dnc',
      '{"phoneNumber":"(415) 555-0100","eventName":"optOut","timestamp":"2026-01-31T12:00:00Z"}',
      '+14155550100',
      null,
    ],
  ])('means that the queue holds the %s, body and all', async (kind, body, orderKey, routingType) => {
    const { post, log, metrics, clock } = receiver(queue);
    const { status, headers, json } = await post({ body, headers: { traceparent: TRACE } });
    expect({ status, type: headers['content-type'], answer: json.status }).toEqual({
      status: 202,
      type: 'application/json',
      answer: 'accepted',
    });
    const queued = (await queue.messages()).find(({ deduplicationId }) => deduplicationId === json.eventId);
    expect(queued?.envelope).toEqual({
      eventId: json.eventId,
      kind,
      orderKey,
      routingType,
      receivedAtMs: clock.nowMs(),
      traceparent: TRACE,
      body: Buffer.from(body),
    });
    const line = {
      status: 202,
      kind,
      eventId: json.eventId,
      route: '/cxone/events',
      bytes: body.length,
    };
    expect(log.lines).toEqual([expect.objectContaining(line)]);
    expect(JSON.stringify(log.lines)).not.toContain('415');
    expect(metrics).toMatchObject({ values: [{ name: 'EventsAccepted', value: 1 }], flushes: 1 });
  });

  it.each(['/cxone/events', '/cxone/webhook', '/cxone/webhook/data-action', '/webhook'])(
    'is given on %s',
    async (path) => {
      expect((await receiver(queue).post({ path, body: contact({ path }) })).status).toBe(202);
    },
  );

  it('is given for a base64 body, whose decoded bytes were signed and are kept', async () => {
    const body = contact({ note: 'ünï\u2028code', base64: true });
    const { json } = await receiver(queue).post({ body, base64: true });
    const queued = (await queue.messages()).find(({ deduplicationId }) => deduplicationId === json.eventId);
    expect(Buffer.from(queued?.envelope.body ?? []).toString()).toBe(body);
  });

  it('drops a trace context that is not well-formed', async () => {
    const { json } = await receiver(queue).post({ body: contact({ trace: 1 }), headers: { traceparent: 'x' } });
    const queued = (await queue.messages()).find(({ deduplicationId }) => deduplicationId === json.eventId);
    expect(queued?.envelope).not.toHaveProperty('traceparent');
  });

  it('puts events of one order key into one group, and events without into their own', async () => {
    const { post } = receiver(queue);
    const ids: unknown[] = [];
    for (const more of [{ contactId: 'g', n: 1 }, { contactId: 'g', n: 2 }, { contactId: 'h' }, { n: 1 }, { n: 2 }]) {
      ids.push((await post({ body: contact(more) })).json.eventId);
    }
    const queued = await queue.messages();
    const groups = ids.map((id) => queued.find(({ deduplicationId }) => deduplicationId === id)?.groupId);
    expect(new Set(groups).size).toBe(4);
    expect(groups[0]).toBe(groups[1]);
    expect(groups.slice(3)).toEqual(ids.slice(3));
  });

  it('is given for ids that SQS would not take as they are', async () => {
    const { post } = receiver(queue);
    for (const contactId of ['\ufffe\uffff', '\ud800', 'x'.repeat(1024), '\u0000', 'ä ö', '\u0001'.repeat(1024)]) {
      expect((await post({ body: contact({ contactId }) })).status).toBe(202);
    }
  });

  it('is given for the largest body there may be, with the strangest id there may be', async () => {
    const { post } = receiver(queue, { stageFile: { maxEventBytes: 390_000 } });
    const contactId = '\u0001'.repeat(1024);
    const frame = contact({ contactId, fill: '' }).length;
    const body = contact({ contactId, fill: 'x'.repeat(390_000 - frame) });
    expect(body).toHaveLength(390_000);
    expect((await post({ body })).status).toBe(202);
  });
});

describe('a refusal', () => {
  const kinds = { authentication: { '/webhook': { modes: ['hmac'], kinds: ['dnc'] } } };
  const dnc = (more: object) =>
    JSON.stringify({ phoneNumber: '+14155550100', eventName: 'optOut', timestamp: '2026-01-31T12:00:00Z', ...more });

  it.each<[number, string, Request, string[]]>([
    [404, 'not-found', { path: '/', body: contact() }, []],
    [404, 'not-found', { path: '/constructor', body: contact() }, []],
    [404, 'not-found', { path: '/cxone/events/', body: contact() }, []],
    [405, 'method-not-allowed', { method: 'GET', secret: null }, []],
    [405, 'method-not-allowed', { method: 'PUT', body: 'x'.repeat(300_000), secret: null }, []],
    [413, 'body-too-large', { body: 'x'.repeat(262_145), secret: null }, []],
    [413, 'body-too-large', { body: 'x'.repeat(262_145), base64: true, secret: null }, []],
    [401, 'unauthorized', { body: '{', secret: null }, []],
    [401, 'unauthorized', { body: contact(), secret: 'wrong' }, []],
    [401, 'unauthorized', { secret: null }, []],
    [400, 'not-json', {}, []],
    [400, 'not-json', { body: '{' }, []],
    [400, 'not-json', { body: '\ufeff{}' }, []],
    [400, 'not-json', { body: Buffer.from([0x22, 0xff, 0x22]), base64: true }, []],
    [400, 'not-json', { body: `{"actionType":"QUEUE_TRANSFER","a":${'['.repeat(64)}${']'.repeat(64)}}` }, []],
    [400, 'unknown-shape', { body: '[]' }, []],
    [400, 'unknown-shape', { body: '{"a":1}' }, []],
    [400, 'invalid-field', { body: '{"eventType":"X"}' }, ['data']],
    [
      400,
      'invalid-field',
      { body: '{"interactionId":1,"updatedTimestamp":2}' },
      ['interactionId', 'dataActionId', 'updatedTimestamp'],
    ],
    [400, 'invalid-field', { body: dnc({ phoneNumber: '+1415' }) }, ['phoneNumber']],
    [400, 'invalid-field', { body: dnc({ timestamp: '2026-02-30T00:00:00Z' }) }, ['timestamp']],
    [
      400,
      'invalid-field',
      { body: '{"interactionId":"i","dataActionId":"d","updatedTimestamp":"soon"}' },
      ['updatedTimestamp'],
    ],
    [400, 'unknown-type', { body: '{"actionType":"toString"}' }, ['actionType']],
    [400, 'unknown-type', { body: '{"eventType":"__proto__","data":{}}' }, ['eventType']],
    [400, 'kind-not-allowed', { path: '/webhook', body: contact() }, []],
  ])('%i %s', async (status, code, request, paths) => {
    const before = (await queue.messages()).length;
    const { post, log, metrics } = receiver(queue, { stageFile: kinds });
    const answer = await post(request);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json).toMatchObject({
      type: `urn:cxone-relay:problem:${code}`,
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(((answer.json.errors ?? []) as { path: string }[]).map(({ path }) => path)).toEqual(paths);
    expect(log.lines).toEqual([expect.objectContaining({ level: 'warn', status, reason: code })]);
    expect(metrics.values).toContainEqual({ name: 'EventsRejected', value: 1, dimensions: { reason: code } });
    expect(metrics.values.some(({ name }) => name === 'AuthenticationFailures')).toBe(status === 401);
    expect(metrics.values.some(({ name }) => name === 'EventsRefused')).toBe([400, 413].includes(status));
    expect(metrics.flushes).toBe(1);
    expect(await queue.messages()).toHaveLength(before);
  });

  it('names the allowed method', async () => {
    expect((await receiver(queue).post({ method: 'DELETE' })).headers.allow).toBe('POST');
  });

  it('names the kinds that the route takes', async () => {
    const { json } = await receiver(queue, { stageFile: kinds }).post({ path: '/webhook', body: contact() });
    expect(json.detail).toContain('dnc');
  });

  it('counts bytes, decoded ones: exactly the limit is taken, one more is not', async () => {
    const { post } = receiver(queue);
    const fill = (bytes: number) => contact({ fill: 'é'.repeat((bytes - contact({ fill: '' }).length) / 2) });
    for (const base64 of [false, true]) {
      expect((await post({ body: fill(262_143), base64 })).status).toBe(202);
      expect((await post({ body: `${fill(262_143)}  `, base64 })).status).toBe(413);
    }
  });

  it('asks the routing table for interaction updates too', async () => {
    const { post } = receiver(queue, { stageFile: { routing: { QUEUE_TRANSFER: 't' } } });
    const body = '{"interactionId":"i","dataActionId":"d","updatedTimestamp":"2026-01-31"}';
    expect((await post({ body })).json.type).toContain('unknown-type');
  });

  it('never repeats the number that it refuses', async () => {
    const { post, log } = receiver(queue);
    const { json } = await post({ body: dnc({ phoneNumber: '+1415555' }) });
    expect(JSON.stringify([json, log.lines])).not.toContain('1415');
  });
});

describe('an unforeseen fault', () => {
  it('is still answered, logged and counted', async () => {
    const identify = () => {
      throw new TypeError('boom');
    };
    const { post, log, metrics } = receiver(queue, { identify });
    const { status, json } = await post({ body: contact() });
    expect([status, json.detail]).toEqual([500, 'unexpected fault']);
    expect(log.lines).toEqual([
      expect.objectContaining({ level: 'error', reason: 'internal', error: 'TypeError: boom' }),
    ]);
    expect(metrics).toMatchObject({
      values: [{ name: 'EventsRejected', dimensions: { reason: 'internal' } }],
      flushes: 1,
    });
  });
});
