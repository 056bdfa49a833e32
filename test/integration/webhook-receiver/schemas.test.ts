import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { schemaCheckOf } from '../../../functions/webhook-receiver/schemas.ts';
import { systemClock } from '../../../lib/platform/clock.ts';
import { parseStage } from '../../../lib/stage/parse.ts';
import { recordingLog } from '../../support/log.ts';
import { type FakeSchemaRegistry, hangUp, schemaRegistry, silence, status } from '../../support/schema-registry.ts';
import { startQueue } from './support/events-queue.ts';
import { type ReceiverSettings, receiver } from './support/receiver.ts';

const SUBJECTS = { 'cxone.transfers.raw': 'transfer-v1', 'cxone.data-actions.updated': 'update-v1' };
const transfer = (fields: object) => JSON.stringify({ actionType: 'QUEUE_TRANSFER', contactId: 'c', ...fields });

let queue: Awaited<ReturnType<typeof startQueue>>;
let registry: FakeSchemaRegistry;
beforeEach(async () => {
  queue = await startQueue();
  registry = await schemaRegistry();
  registry.register(
    'transfer-v1',
    { required: ['toQueue'], properties: { toQueue: { type: 'string' } } },
    { type: 'JSON' },
  );
});
afterEach(() => Promise.all([queue.close(), registry.close()]));

function validating(over: object = {}, settings: ReceiverSettings = {}) {
  const { schemaRegistry } = parseStage('test', { schemaRegistry: { url: registry.url, subjects: SUBJECTS, ...over } });
  const schemas = schemaCheckOf({ schemaRegistry, credentials: undefined, clock: systemClock, log: recordingLog() });
  return receiver(queue, { schemas, ...settings, clock: systemClock });
}

describe('a receiver with a schema registry', () => {
  it('answers 422 with path and rule, queues nothing, and takes what fits', async () => {
    const { post, log, metrics } = validating();
    const { status: code, headers, json } = await post({ body: transfer({ toQueue: 4711 }) });
    expect([code, headers['content-type']]).toEqual([422, 'application/problem+json']);
    expect(json).toMatchObject({
      type: 'urn:cxone-relay:problem:schema-violation',
      status: 422,
      errors: [{ path: 'toQueue', message: expect.stringContaining('#/properties/toQueue/type') }],
    });
    expect(log.lines).toEqual([expect.objectContaining({ level: 'warn', status: 422, reason: 'schema-violation' })]);
    expect(JSON.stringify(log.lines)).not.toContain('4711');
    expect(metrics.values.map(({ name, value }) => [name, value])).toEqual([
      ['EventsRejected', 1],
      ['EventsRefused', 1],
    ]);
    expect(await queue.messages()).toEqual([]);

    expect((await post({ body: transfer({ toQueue: 'b' }) })).status).toBe(202);
    const [message] = await queue.messages();
    expect(Buffer.from(message?.envelope.body ?? []).toString()).toBe(transfer({ toQueue: 'b' }));
    expect(message?.envelope).not.toHaveProperty('avroSchemaId');
  });

  it('notes in the envelope by which Avro schema the value is to be written', async () => {
    const fields = [{ name: 'toQueue', type: ['null', 'string'] }];
    const id = registry.register('transfer-v1', { type: 'record', name: 'Transfer', fields });
    const { post } = validating();
    expect((await post({ body: transfer({}) })).status).toBe(202);
    expect(await queue.messages()).toMatchObject([{ envelope: { avroSchemaId: id } }]);
    expect((await post({ body: transfer({ toQueue: 1 }) })).json).toMatchObject({
      status: 422,
      errors: [{ path: 'toQueue' }],
    });
  });

  it('looks into no schema before the event is authentic, recognised and routed', async () => {
    const { post } = validating();
    expect((await post({ body: transfer({}), method: 'PUT' })).status).toBe(405);
    expect((await post({ body: transfer({ pad: 'x'.repeat(300_000) }) })).status).toBe(413);
    expect((await post({ body: transfer({}), secret: 'wrong' })).status).toBe(401);
    expect((await post({ body: '{"actionType":"QUEUE_TRANSFER"' })).status).toBe(400);
    expect((await post({ body: '{"actionType":"UNKNOWN","contactId":"c"}' })).status).toBe(400);
    expect(registry.requests).toEqual([]);
  });

  it('validates interaction updates, and neither DNC events nor topics without a subject', async () => {
    registry.register('update-v1', { properties: { payload: { required: ['a'] } } }, { type: 'JSON' });
    const { post } = validating();
    const update = { interactionId: 'i', dataActionId: 'd', updatedTimestamp: '2026-01-31T12:00:00Z', payload: {} };
    expect((await post({ body: JSON.stringify(update) })).status).toBe(422);
    const dnc = { phoneNumber: '+14155550100', eventName: 'optOut', timestamp: '2026-01-31T12:00:00Z' };
    const created = { actionType: 'INTERACTION_CREATED', contactId: 'c' };
    registry.state.fault = hangUp;
    for (const body of [dnc, created]) expect((await post({ body: JSON.stringify(body) })).status).toBe(202);
    expect(registry.requests).toEqual(['GET /subjects/update-v1/versions/latest']);
  });

  it.each([
    ['away', hangUp],
    ['throttling', status(429, { 'retry-after': '600' })],
    ['failing', status(500)],
    ['without the subject', status(404)],
  ])(
    'answers 503 while a schema is needed, none is cached and the registry is %s; the event is not lost',
    async (_how, fault) => {
      registry.state.fault = fault;
      const { post, log } = validating();
      const { status: code, headers, json } = await post({ body: transfer({ toQueue: 'b' }) });
      expect([code, headers['retry-after']]).toEqual([503, '30']);
      expect(json).toMatchObject({ type: 'urn:cxone-relay:problem:schema-unavailable' });
      expect(log.lines).toEqual([
        expect.objectContaining({
          level: 'error',
          status: 503,
          error: expect.stringContaining('/subjects/transfer-v1'),
        }),
      ]);
      expect(await queue.messages()).toEqual([]);

      registry.state.fault = undefined;
      expect((await validating().post({ body: transfer({ toQueue: 'b' }) })).status).toBe(202);
    },
  );

  it('leaves the queue its time when the registry says nothing at all', async () => {
    registry.state.fault = silence;
    const startMs = performance.now();
    const { status: code } = await validating().post({ body: transfer({ toQueue: 'b' }), remainingMs: 4900 });
    expect(code).toBe(503);
    expect(performance.now() - startMs).toBeLessThan(4400); // it was given 400 ms
  });

  it('answers 202 while a refresh hangs', async () => {
    const { post } = validating({ refreshSeconds: 1 });
    const body = (n: number) => transfer({ toQueue: 'b', n });
    expect((await post({ body: body(1) })).status).toBe(202);
    registry.state.fault = silence;
    await new Promise((resolve) => setTimeout(resolve, 1001));
    const startMs = performance.now();
    expect((await post({ body: body(2) })).status).toBe(202);
    expect(performance.now() - startMs).toBeGreaterThan(200); // what a quick registry gets, before Lambda freezes it
    expect(registry.requests).toHaveLength(2);
  });

  it('in mode remote has the registry decide on each event', async () => {
    registry.state.refuses = (_subject, body) => ('toQueue' in (body as object) ? 200 : 422);
    const { post } = validating({ mode: 'remote' });
    expect((await post({ body: transfer({}) })).status).toBe(422);
    expect((await post({ body: transfer({ toQueue: 'b' }) })).status).toBe(202);
    registry.state.fault = status(500);
    expect((await post({ body: transfer({ toQueue: 'c' }) })).status).toBe(503);
    expect(await queue.messages()).toHaveLength(1);
  });
});
