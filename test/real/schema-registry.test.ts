import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { systemClock as clock } from '../../lib/platform/clock.ts';
import { createAvroValues } from '../../lib/routing/schema-registry/avro-values.ts';
import { createHttpRegistry } from '../../lib/routing/schema-registry/http-registry.ts';
import { createLocalCheck } from '../../lib/routing/schema-registry/local-check.ts';
import { createRemoteCheck } from '../../lib/routing/schema-registry/remote-check.ts';
import { type SchemaCheckWorld, schemaCheckContract } from '../contract/schema-check.contract.ts';
import { recordingLog } from '../support/log.ts';
import { realSetting } from './kafka-sinks.ts';
import { freePorts } from './services/child.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const registryUrl = realSetting('RELAY_TEST_SCHEMA_REGISTRY_URL');
const TOPIC = 'cxone.interactions.raw';

type References = { name: string; subject: string }[];

/** Each test has subjects of its own. */
const newSubject = (name: string) => `${name}-${randomUUID()}`;
const stock = new SchemaRegistry({ host: registryUrl });

const registerAvro = (subject: string, schema: object, references: References = []) =>
  stock.register(
    { type: SchemaType.AVRO, schema: JSON.stringify(schema), references: references.map(firstVersion) },
    { subject },
  );

/** Not by the stock client: it finds a reference by its `$id` alone, which Apicurio takes only when it is a URL. */
async function registerJson(subject: string, schema: object, references: References = []): Promise<void> {
  const marked = { $schema: 'http://json-schema.org/draft-07/schema#', ...schema }; // without it, Apicurio sees no JSON Schema
  const body = { schemaType: 'JSON', schema: JSON.stringify(marked), references: references.map(firstVersion) };
  const answer = await fetch(`${registryUrl}/subjects/${encodeURIComponent(subject)}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${subject}: ${answer.status} ${await answer.text()}`);
}

const firstVersion = (reference: { name: string; subject: string }) => ({ ...reference, version: 1 });

/** As a consumer with the stock client reads it; that gives records methods, which no field is. */
const decoded = async (value: Buffer): Promise<unknown> => JSON.parse(JSON.stringify(await stock.decode(value)));

function relayOn(url: string, subjects: Record<string, string>, refreshMs = 300_000) {
  const registry = createHttpRegistry({ url, clock });
  const local = createLocalCheck({ registry, subjects, refreshMs, clock, log: recordingLog() });
  const deadlineMs = () => clock.nowMs() + 5000;
  return {
    local,
    check: (body: unknown) => local.check(TOPIC, Buffer.from(JSON.stringify(body)), deadlineMs()),
    remote: (body: unknown) =>
      createRemoteCheck({ registry, subjects }).check(TOPIC, Buffer.from(JSON.stringify(body)), deadlineMs()),
    encode: (id: number, body: unknown) =>
      createAvroValues({ registry, clock }).encode(id, Buffer.from(JSON.stringify(body)), deadlineMs()),
  };
}

const proxies: TcpProxy[] = [];
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

schemaCheckContract('mode local on Apicurio', async (): Promise<SchemaCheckWorld> => {
  const subject = newSubject('numbered');
  await registerJson(subject, { type: 'object', properties: { n: { type: 'number' } } });
  const url = new URL(registryUrl);
  const [port = 0] = await freePorts(1);
  const proxy = await startTcpProxy(port, Number(url.port));
  proxies.push(proxy);
  url.port = String(port);
  const { local } = relayOn(url.href, { validated: subject });
  return { check: local, nowMs: clock.nowMs, losesRegistry: async () => proxy.refuse() };
});

describe('an Avro subject in Apicurio', () => {
  it('gives values that the stock client reads, of what is nested and optional too', async () => {
    const subject = newSubject('interaction');
    const { id } = await registerAvro(subject, {
      type: 'record',
      name: 'Interaction',
      namespace: 'com.example',
      fields: [
        { name: 'actionType', type: { type: 'enum', name: 'Action', symbols: ['INTERACTION_CREATED'] } },
        { name: 'contactId', type: ['null', 'string'] },
        { name: 'skills', type: { type: 'array', items: 'long' } },
        { name: 'attributes', type: { type: 'map', values: 'double' } },
        { name: 'priority', type: 'int', default: 3 },
      ],
    });
    const { check, encode } = relayOn(registryUrl, { [TOPIC]: subject });
    const body = {
      actionType: 'INTERACTION_CREATED',
      contactId: '4ü2',
      skills: [1, -4503599627370495],
      attributes: { a: 0.5 },
    };
    expect(await check(body)).toEqual({ avroSchemaId: id });
    expect(await decoded(await encode(id, body))).toEqual({ ...body, priority: 3 });
    await expect(check({ ...body, skills: ['1'] })).rejects.toMatchObject({
      code: 'schema-violation',
      errors: [{ path: 'skills.0' }],
    });
  });

  it('may be built on the named types of others', async () => {
    const [inner, outer] = [newSubject('inner'), newSubject('outer')];
    await registerAvro(inner, { type: 'enum', name: 'Symbol', namespace: 'com.example', symbols: ['S'] });
    const fields = [{ name: 'a', type: 'com.example.Symbol' }];
    const outerSchema = { type: 'record', name: 'Outer', namespace: 'com.example', fields };
    const { id } = await registerAvro(outer, outerSchema, [{ name: 'com.example.Symbol', subject: inner }]);
    const { check, encode } = relayOn(registryUrl, { [TOPIC]: outer });
    expect(await check({ a: 'S' })).toEqual({ avroSchemaId: id });
    expect(await decoded(await encode(id, { a: 'S' }))).toEqual({ a: 'S' });
    await expect(check({ a: 'T' })).rejects.toMatchObject({ errors: [{ path: 'a' }] });
  });
});

describe('a JSON Schema subject in Apicurio', () => {
  it('validates by what it refers to as well, and by its newest version after a refresh', async () => {
    const [name, person] = [newSubject('name'), newSubject('a/person of')]; // a subject may be called anything
    await registerJson(name, { type: 'string' });
    await registerJson(person, { type: 'object', properties: { name: { $ref: 'name.json' } } }, [
      { name: 'name.json', subject: name },
    ]);
    const { check, local } = relayOn(registryUrl, { [TOPIC]: person }, 0);
    expect(await check({ name: 'A' })).toEqual({});
    await expect(check({ name: 1 })).rejects.toMatchObject({ errors: [{ path: 'name' }] });
    await local.settled(10_000);
    await registerJson(person, { type: 'object', properties: { name: { type: 'number' } } });
    expect(await check({ name: 'A' })).toEqual({}); // refreshed beside this one
    await local.settled(10_000);
    expect(await check({ name: 1 })).toEqual({});
    await expect(check({ name: 'A' })).rejects.toMatchObject({ code: 'schema-violation' });
  });
});

describe('what Apicurio does not have', () => {
  it('a subject: refused with its code, which time can heal, and not taken for a violation', async () => {
    const { check } = relayOn(registryUrl, { [TOPIC]: newSubject('unknown') });
    const refused = { code: 'schema-registry-refused', retryable: true, status: 404 };
    await expect(check({})).rejects.toMatchObject({ ...refused, message: expect.stringContaining('(code 40401)') });
  });

  it('a schema of that id', async () => {
    const { encode } = relayOn(registryUrl, {});
    await expect(encode(2_000_000_000, {})).rejects.toMatchObject({ code: 'schema-registry-refused', status: 404 });
  });

  it('the call that mode remote makes: refused, whatever the body', async () => {
    const subject = newSubject('numbered');
    await registerJson(subject, { type: 'object', properties: { n: { type: 'number' } } });
    const { remote } = relayOn(registryUrl, { [TOPIC]: subject });
    await expect(remote({ n: 1 })).rejects.toMatchObject({ code: 'schema-registry-refused', status: 404 });
  });
});
