import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHttpRegistry } from '../../../lib/routing/schema-registry/http-registry.ts';
import { createLocalCheck } from '../../../lib/routing/schema-registry/local-check.ts';
import type { RegistryConnection } from '../../../lib/routing/schema-registry/registry-request.ts';
import { createRemoteCheck } from '../../../lib/routing/schema-registry/remote-check.ts';
import { fakeClock } from '../../support/clock.ts';
import { recordingLog } from '../../support/log.ts';
import {
  type FakeSchemaRegistry,
  hangUp,
  html,
  schemaRegistry,
  silence,
  status,
} from '../../support/schema-registry.ts';

const TOPIC = 'cxone.interactions.raw';
const SUBJECT = 'interaction-v1';
const REFRESH_MS = 300_000;
const numberNamed = (name: string) => ({ type: 'object', properties: { [name]: { type: 'number' } } });
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

let registry: FakeSchemaRegistry;
beforeEach(async () => {
  registry = await schemaRegistry();
});
afterEach(() => registry.close());

/** Waits that can be called off are the cache's for a refresh: their time is never up. Backoff takes no time. */
function patientClock() {
  const clock = fakeClock();
  return {
    ...clock,
    sleep: (ms: number, signal?: AbortSignal) =>
      signal === undefined
        ? clock.sleep(ms)
        : new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  };
}

function checkers(
  connection: Partial<RegistryConnection> = {},
  subjects: Record<string, string> = { [TOPIC]: SUBJECT },
) {
  const [clock, log] = [patientClock(), recordingLog()];
  const http = createHttpRegistry({ url: registry.url, clock, ...connection });
  const local = createLocalCheck({ registry: http, subjects, refreshMs: REFRESH_MS, clock, log });
  const remote = createRemoteCheck({ registry: http, subjects });
  const deadlineMs = (ms = 10_000) => clock.nowMs() + ms;
  return {
    clock,
    log,
    local,
    check: (value: unknown, topic = TOPIC) => local.check(topic, bytes(value), deadlineMs()),
    remote: (value: unknown, topic = TOPIC) => remote.check(topic, bytes(value), deadlineMs()),
    /** Until a refresh is over. */
    refreshed: () => local.settled(REFRESH_MS),
  };
}

const unavailable = { code: 'schema-registry-unavailable', retryable: true };

describe('a topic with a subject', () => {
  it('takes what fits the newest schema and refuses what does not', async () => {
    registry.register(SUBJECT, { type: 'string' }, { type: 'JSON' });
    registry.register(SUBJECT, numberNamed('a'), { type: 'JSON' });
    const { check } = checkers();
    expect(await check({ a: 1 })).toEqual({});
    await expect(check({ a: 'x' })).rejects.toMatchObject({ code: 'schema-violation', errors: [{ path: 'a' }] });
    expect(registry.requests).toEqual([`GET /subjects/${SUBJECT}/versions/latest`]);
  });

  it('with an Avro schema is told by which one its value is to be written', async () => {
    const avro = { type: 'record', name: 'R', fields: [{ name: 'a', type: 'int' }] };
    const id = registry.register(SUBJECT, avro);
    const { check } = checkers();
    expect(await check({ a: 1 })).toEqual({ avroSchemaId: id });
    await expect(check({ a: 1.5 })).rejects.toMatchObject({ code: 'schema-violation', errors: [{ path: 'a' }] });
  });

  it('is validated by what its schema refers to as well, directly or not', async () => {
    registry.register('name', { type: 'string' }, { type: 'JSON' });
    registry.register(
      'person',
      { properties: { name: { $ref: 'name.json' } } },
      { type: 'JSON', references: [{ name: 'name.json', subject: 'name', version: 1 }] },
    );
    registry.register(
      SUBJECT,
      { properties: { agent: { $ref: 'person.json' } } },
      { type: 'JSON', references: [{ name: 'person.json', subject: 'person', version: 1 }] },
    );
    const { check } = checkers();
    expect(await check({ agent: { name: 'A' } })).toEqual({});
    await expect(check({ agent: { name: 1 } })).rejects.toMatchObject({ errors: [{ path: 'agent.name' }] });
  });

  it('may have an Avro schema of named types that are built on one another', async () => {
    const fields = (type: unknown) => [{ name: 'a', type }];
    const refersTo = (name: string, subject: string) => ({ references: [{ name, subject, version: 1 }] });
    registry.register('c', { type: 'enum', name: 'x.C', symbols: ['S'] });
    registry.register('b', { type: 'record', name: 'x.B', fields: fields('x.C') }, refersTo('x.C', 'c'));
    registry.register(SUBJECT, { type: 'record', name: 'x.A', fields: fields('x.B') }, refersTo('x.B', 'b'));
    const { check } = checkers();
    expect(await check({ a: { a: 'S' } })).toMatchObject({ avroSchemaId: 3 });
    await expect(check({ a: { a: 'T' } })).rejects.toMatchObject({ errors: [{ path: 'a.a' }] });
  });

  it('has a schema compiled once, as long as it is the newest', async () => {
    registry.register('name', { type: 'string' }, { type: 'JSON' });
    const references = [{ name: 'name.json', subject: 'name', version: 1 }];
    registry.register(SUBJECT, { properties: { a: { $ref: 'name.json' } } }, { type: 'JSON', references });
    const { check, refreshed, clock, log } = checkers();
    for (let time = 0; time < 3; time += 1) {
      await check({ a: 'x' });
      await refreshed();
      clock.advance(REFRESH_MS);
    }
    expect(registry.requests.filter((request) => request.endsWith('latest'))).toHaveLength(3);
    expect(registry.requests).toHaveLength(4);
    expect(log.lines).toEqual([expect.objectContaining({ message: 'schema loaded', schemaId: 2 })]);
  });

  it('sends the credentials, and escapes the subject', async () => {
    registry.register('a/b c', {}, { type: 'JSON' });
    const credentials = { get: async () => ({ username: 'relay', password: 'pä:ss' }), refetch: async () => false };
    const { check } = checkers({ credentials, url: `${registry.url}/` }, { [TOPIC]: 'a/b c' });
    await check({});
    expect(registry.requests).toEqual(['GET /subjects/a%2Fb%20c/versions/latest']);
    expect(Buffer.from(registry.headers[0]?.slice(6) ?? '', 'base64').toString()).toBe('relay:pä:ss');
  });

  it('reads refused credentials anew, and asks again when they were rotated', async () => {
    registry.register(SUBJECT, {}, { type: 'JSON' });
    let password = 'old';
    const refetch = async () => {
      const changed = password !== 'new';
      password = 'new';
      registry.state.fault = undefined;
      return changed;
    };
    const { remote, check } = checkers({
      credentials: { get: async () => ({ username: 'relay', password }), refetch },
    });
    registry.state.fault = status(401);
    await check({});
    const sent = registry.headers.map((header) => Buffer.from(header?.slice(6) ?? '', 'base64').toString());
    expect(sent).toEqual(['relay:old', 'relay:new']);
    registry.state.fault = status(401);
    await expect(remote({})).rejects.toMatchObject({ code: 'schema-registry-refused' });
    expect(registry.headers).toHaveLength(3);
  });
});

it('a topic without a subject is not validated, and the registry not asked', async () => {
  const { check, remote } = checkers();
  expect(await check({ any: 1 }, 'other')).toEqual({});
  expect(await check({ any: 1 }, 'constructor')).toEqual({});
  expect(await remote({ any: 1 }, 'other')).toEqual({});
  expect(registry.requests).toEqual([]);
});

describe('a schema once loaded', () => {
  it('serves on while the registry answers 429 for ten minutes, which is asked rarely', async () => {
    registry.register(SUBJECT, numberNamed('a'), { type: 'JSON' });
    const { check, refreshed, clock, log } = checkers();
    await check({ a: 1 });
    clock.advance(REFRESH_MS);
    registry.state.fault = status(429);
    for (let second = 0; second < 600; second += 1) {
      clock.advance(1000);
      expect(await check({ a: second })).toEqual({});
      await refreshed();
      await expect(check({ a: 'x' })).rejects.toMatchObject({ code: 'schema-violation' });
    }
    expect(registry.requests.length).toBeGreaterThan(3 * (600 / 40));
    expect(registry.requests.length).toBeLessThanOrEqual(1 + 3 * (600 / 30 + 1));
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'warn', reason: 'schema-registry-unavailable' }));
  });

  it.each([
    ['away', hangUp],
    ['throttling', status(429)],
    ['failing', status(500)],
    ['a sign-in page', html],
    ['without the subject', status(404)],
    ['refusing the credentials', status(401)],
  ])('serves on while the registry is %s, and is replaced when that is over', async (_how, fault) => {
    registry.register(SUBJECT, numberNamed('a'), { type: 'JSON' });
    const { check, refreshed, clock } = checkers();
    await check({ a: 1 });
    registry.register(SUBJECT, numberNamed('b'), { type: 'JSON' });
    registry.state.fault = fault;
    clock.advance(REFRESH_MS);
    expect(await check({ b: 'not refused yet' })).toEqual({});
    await refreshed();
    expect(await check({ b: 'not refused yet' })).toEqual({});
    registry.state.fault = undefined;
    clock.advance(REFRESH_MS);
    await check({});
    await refreshed();
    await expect(check({ b: 'x' })).rejects.toMatchObject({ code: 'schema-violation' });
  });

  it('is not replaced by a version that cannot be used', async () => {
    registry.register(SUBJECT, numberNamed('a'), { type: 'JSON' });
    const { check, refreshed, clock, log } = checkers();
    await check({ a: 1 });
    registry.register(SUBJECT, 'syntax = "proto3";', { type: 'PROTOBUF' });
    clock.advance(REFRESH_MS);
    await check({ a: 1 });
    await refreshed();
    expect(await check({ a: 1 })).toEqual({});
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', reason: 'schema-unusable' });
  });

  it('is refreshed beside the event and not before it', async () => {
    registry.register(SUBJECT, numberNamed('a'), { type: 'JSON' });
    const { check, clock } = checkers();
    await check({ a: 1 });
    registry.state.fault = silence;
    clock.advance(REFRESH_MS);
    expect(await check({ a: 1 })).toEqual({}); // would hang
  });
});

describe('a schema that was never loaded', () => {
  it('is asked for once by fifty events at a time', async () => {
    registry.register(SUBJECT, numberNamed('a'), { type: 'JSON' });
    const { check } = checkers();
    await Promise.all(Array.from({ length: 50 }, (_, a) => check({ a })));
    expect(registry.requests).toHaveLength(1);
  });

  it('fails once for fifty events at a time', async () => {
    registry.state.fault = status(500);
    const { check } = checkers();
    const results = await Promise.allSettled(Array.from({ length: 50 }, (_, a) => check({ a })));
    expect(results.every((result) => result.status === 'rejected')).toBe(true);
    expect(registry.requests).toHaveLength(3);
  });

  it.each([
    ['away', hangUp, unavailable, 3],
    ['throttling', status(429), unavailable, 3],
    ['failing', status(503), unavailable, 3],
    ['silent', silence, unavailable, 3],
    ['a sign-in page', html, unavailable, 1],
    ['redirecting', status(302, { location: 'http://127.0.0.1:1/' }), { code: 'schema-registry-refused' }, 1],
    ['without the subject', status(404), { code: 'schema-registry-refused' }, 1],
    ['refusing the credentials', status(401), { code: 'schema-registry-refused' }, 1],
    ['refusing the request', status(422), { code: 'schema-registry-refused' }, 1],
  ])(
    'makes events wait while the registry is %s, which is not asked anew for each',
    async (_how, fault, error, tries) => {
      registry.state.fault = fault;
      const { check, clock } = checkers({ tryTimeoutMs: 100 });
      for (let event = 0; event < 5; event += 1)
        await expect(check({})).rejects.toMatchObject({ retryable: true, ...error });
      expect(registry.requests).toHaveLength(tries);
      registry.state.fault = undefined;
      registry.register(SUBJECT, numberNamed('a'), { type: 'JSON' });
      clock.advance(60_000);
      expect(await check({ a: 1 })).toEqual({});
    },
  );

  it('is waited for as the registry asks, if there is time', async () => {
    registry.register(SUBJECT, numberNamed('a'), { type: 'JSON' });
    let answers = 0;
    registry.state.fault = (response, path) => ++answers === 1 && status(429, { 'retry-after': '4' })(response, path);
    const { check, clock } = checkers();
    const startMs = clock.nowMs();
    expect(await check({ a: 1 })).toEqual({});
    expect(clock.nowMs() - startMs).toBe(4000);
  });

  it('is not waited for beyond the time of the event, nor asked for while the registry wants to be left alone', async () => {
    registry.register(SUBJECT, numberNamed('a'), { type: 'JSON' });
    registry.state.fault = status(429, { 'retry-after': '120' });
    const { check, clock } = checkers();
    const startMs = clock.nowMs();
    await expect(check({ a: 1 })).rejects.toMatchObject(unavailable);
    expect(clock.nowMs()).toBe(startMs);
    registry.state.fault = undefined;
    clock.advance(119_000);
    await expect(check({ a: 1 })).rejects.toMatchObject(unavailable);
    clock.advance(1000);
    expect(await check({ a: 1 })).toEqual({});
    expect(registry.requests).toHaveLength(2);
  });

  it.each([
    ['of a type that the relay does not know', 'syntax = "proto3";', { type: 'PROTOBUF' as const }],
    ['that is no JSON', '{', { type: 'JSON' as const }],
    ['that is no Avro', '{"type":"no-such"}', {}],
    ['that refers to itself without end', '{}', { type: 'JSON' as const, references: endless() }],
  ])('%s makes events wait, and says why', async (_how, schema, entry) => {
    registry.register(SUBJECT, schema, entry);
    const { check } = checkers();
    await expect(check({})).rejects.toMatchObject({ code: 'schema-unusable', retryable: true });
  });
});

function endless() {
  return Array.from({ length: 65 }, (_, index) => ({ name: `n${index}`, subject: SUBJECT, version: 1 }));
}

describe('mode remote', () => {
  it('asks the registry for each event, with the body', async () => {
    registry.register(SUBJECT, {}, { type: 'JSON' });
    registry.state.refuses = (_subject, body) => ((body as { a?: unknown }).a === 1 ? 200 : 422);
    const { remote } = checkers();
    expect(await remote({ a: 1 })).toEqual({});
    const refused = remote({ a: 'secret-value' });
    await expect(refused).rejects.toMatchObject({ code: 'schema-violation', errors: [{ path: '' }] });
    await refused.catch(({ message, errors }) =>
      expect(message + JSON.stringify(errors)).not.toContain('secret-value'),
    );
    expect(registry.requests).toEqual(Array(2).fill(`POST /subjects/${SUBJECT}/validate`));
  });

  it.each([
    ['away', hangUp],
    ['throttling', status(429)],
    ['failing', status(500)],
    ['without the subject', status(404)],
    ['refusing the credentials', status(403)],
  ])('makes events wait while the registry is %s', async (_how, fault) => {
    registry.state.fault = fault;
    const { remote } = checkers();
    await expect(remote({})).rejects.toMatchObject({ retryable: true });
  });
});
