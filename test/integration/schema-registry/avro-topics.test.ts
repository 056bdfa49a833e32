import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { createAvroValues } from '../../../lib/routing/schema-registry/avro-values.ts';
import { createHttpRegistry } from '../../../lib/routing/schema-registry/http-registry.ts';
import { contactAction, queued } from '../../support/queued-events.ts';
import { routerWorld } from '../../support/router-world.ts';
import { type FakeSchemaRegistry, hangUp, schemaRegistry, status } from '../../support/schema-registry.ts';

const TOPIC = 'cxone.interactions.raw';
const SUBJECT = 'interaction-v1';
const AVRO = {
  type: 'record',
  name: 'Interaction',
  namespace: 'com.example',
  fields: [
    {
      name: 'actionType',
      type: { type: 'enum', name: 'ActionType', symbols: ['INTERACTION_CREATED', 'QUEUE_TRANSFER'] },
    },
    { name: 'contactId', type: ['null', 'string'] },
    { name: 'content', type: 'string' },
    { name: 'priority', type: 'int', default: 3 },
  ],
};

let registry: FakeSchemaRegistry;
beforeEach(async () => {
  registry = await schemaRegistry();
});
afterEach(() => registry.close());

function avroWorld() {
  const world = routerWorld();
  const connect = () => {
    const http = createHttpRegistry({ url: registry.url, clock: world.clock });
    world.deps.avroValues = createAvroValues({ registry: http, clock: world.clock });
    world.restart();
  };
  connect();
  const event = (content: string, avroSchemaId: number, contactId = 'c') =>
    queued({ ...contactAction(contactId, content, world.clock.nowMs()), avroSchemaId }, { messageId: content });
  /** As a consumer with the registry's stock client reads them. */
  const read = async () => {
    const stock = new SchemaRegistry({ host: registry.url });
    return Promise.all((world.topics.get(TOPIC) ?? []).map(({ value }) => stock.decode(Buffer.from(value))));
  };
  return { world, event, read, connect };
}

describe('the value of an event that was validated by an Avro schema', () => {
  it('is read by the stock decoder; key and headers stay, the content type says what it is', async () => {
    const id = registry.register(SUBJECT, AVRO);
    const { world, event, read } = avroWorld();
    expect(await world.work([event('a', id), event('b', id)])).toEqual([]);
    expect(await read()).toEqual(
      ['a', 'b'].map((content) => ({ actionType: 'INTERACTION_CREATED', contactId: 'c', content, priority: 3 })),
    );
    const [record] = world.topics.get(TOPIC) ?? [];
    expect(record?.key).toMatch(/^pk-/);
    expect(record?.headers).toMatchObject({
      ce_type: 'INTERACTION_CREATED',
      'content-type': 'application/vnd.confluent.avro',
    });
  });

  it('is written by that schema, whatever is the newest when it is routed', async () => {
    const first = registry.register(SUBJECT, AVRO);
    const second = registry.register(SUBJECT, { ...AVRO, fields: [...AVRO.fields, { name: 'must', type: 'string' }] });
    const { world, event, read } = avroWorld();
    expect(await world.work([event('a', first)])).toEqual([]);
    expect(await read()).toMatchObject([{ content: 'a' }]);
    expect(registry.requests.filter((request) => request.startsWith('GET /subjects'))).toEqual([]);
    expect(second).not.toBe(first);
  });

  it('has its schema looked up once, and needs no registry after that', async () => {
    const id = registry.register(SUBJECT, AVRO);
    const { world, event } = avroWorld();
    await world.work(['a', 'b', 'c'].map((content) => event(content, id, `contact-${content}`)));
    registry.state.fault = hangUp;
    world.clock.advance(48 * 3_600_000);
    expect(await world.work([event('d', id)])).toEqual([]);
    expect(registry.requests).toEqual([`GET /schemas/ids/${id}`]);
    expect(world.topics.get(TOPIC)).toHaveLength(4);
  });

  it.each([
    ['away', hangUp],
    ['throttling', status(429)],
    ['without the schema', status(404)],
  ])(
    'waits while the registry is %s, its key behind it and no other event; then order is kept',
    async (_how, fault) => {
      const id = registry.register(SUBJECT, AVRO);
      const { world, event, read } = avroWorld();
      registry.state.fault = fault;
      const [a, b] = [event('a', id), event('b', id)];
      const plain = queued(contactAction('other', 'plain', world.clock.nowMs()));
      expect(await world.work([a, b, plain])).toEqual(['a', 'b']);
      expect(world.topics.get(TOPIC)).toHaveLength(1);
      expect(registry.requests.length).toBeLessThanOrEqual(3);
      world.topics.clear();
      registry.state.fault = undefined;
      world.clock.advance(60_000);
      expect(await world.work([a, b])).toEqual([]);
      expect(await read()).toMatchObject([{ content: 'a' }, { content: 'b' }]);
    },
  );

  it('that fits its schema no more is parked with that reason; its neighbours go on', async () => {
    const id = registry.register(SUBJECT, AVRO);
    const narrow = registry.register('other', { ...AVRO, fields: [{ name: 'contactId', type: 'int' }] });
    const { world, event, read } = avroWorld();
    expect(await world.work([event('a', narrow), event('b', id)])).toEqual([]);
    expect(world.parked).toMatchObject([{ reason: 'schema-violation', messageId: 'a' }]);
    expect(await read()).toMatchObject([{ content: 'b' }]);
  });

  it('that finds no registry waits for a deployment to end, then is parked with that reason', async () => {
    const id = registry.register(SUBJECT, AVRO);
    const { world, event, connect, read } = avroWorld();
    world.deps.avroValues = undefined;
    world.restart();
    const [a, b] = [event('a', id), event('b', id)];
    expect(await world.work([a])).toEqual(['a']);
    connect();
    expect(await world.work([a])).toEqual([]);
    expect(await read()).toMatchObject([{ content: 'a' }]);

    world.deps.avroValues = undefined;
    world.restart();
    world.clock.advance(600_000);
    expect(await world.work([b])).toEqual([]);
    expect(world.parked).toMatchObject([{ reason: 'schema-registry-off', messageId: 'b' }]);
  });
});

it('the body of an event without an Avro schema stays byte for byte', async () => {
  const { world } = avroWorld();
  const envelope = contactAction('c', 'plain', world.clock.nowMs());
  await world.work([queued(envelope)]);
  const [record] = world.topics.get(TOPIC) ?? [];
  expect(Buffer.from(record?.value ?? []).equals(envelope.body)).toBe(true);
  expect(record?.headers['content-type']).toBe('application/json');
});
