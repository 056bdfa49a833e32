import { describe, expect, it } from '@jest/globals';
import avro from 'avsc';
import fc from 'fast-check';
import { compileAvro } from '../../../lib/routing/schema-registry/avro-codec.ts';
import type { RegisteredSchema } from '../../../lib/routing/schema-registry/registry.ts';

const registered = (schema: unknown, id = 7): RegisteredSchema => ({
  id,
  type: 'AVRO',
  text: JSON.stringify(schema),
  references: [],
});
const encoded = (schema: unknown, value: unknown): Buffer =>
  compileAvro(registered(schema), [])(Buffer.from(JSON.stringify(value)));
/** What a stock decoder reads; `bytes` as a Buffer, unions unwrapped. */
const decoded = (schema: unknown, wire: Buffer): unknown =>
  JSON.parse(
    JSON.stringify(avro.Type.forSchema(schema as avro.Schema, { wrapUnions: false }).fromBuffer(wire.subarray(5))),
  );
const roundTrip = (schema: unknown, value: unknown): unknown => decoded(schema, encoded(schema, value));

function faultsOf(schema: unknown, body: string): unknown {
  const codec = compileAvro(registered(schema), []);
  try {
    codec(Buffer.from(body));
  } catch (error) {
    return (error as { errors?: unknown }).errors ?? error;
  }
  return 'fits';
}

const record = (fields: unknown[], name = 'R') => ({ type: 'record', name, namespace: 'com.example', fields });

/** The stock encoder doubles a long as a JavaScript number, and so writes others wrongly from 2⁵² on. */
const exactLong = fc.maxSafeInteger().filter((long) => Math.abs(long) <= 2 ** 52);

/** A schema, and values of ordinary JSON that fit it. */
const pair = (name: () => string): fc.Arbitrary<{ schema: unknown; value: fc.Arbitrary<unknown> }> =>
  fc.letrec<{ any: { schema: unknown; value: fc.Arbitrary<unknown> } }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom(
        { schema: 'null', value: fc.constant(null) },
        { schema: 'boolean', value: fc.boolean() },
        { schema: 'int', value: fc.integer() },
        { schema: 'long', value: exactLong },
        { schema: 'double', value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)) },
        { schema: 'float', value: fc.float({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)) },
        { schema: 'string', value: fc.string({ unit: 'grapheme' }) },
        { schema: { type: 'long', logicalType: 'timestamp-millis' }, value: exactLong },
      ),
      fc.constant(0).map(() => ({
        schema: { type: 'enum', name: name(), symbols: ['A', 'B', 'C'] },
        value: fc.constantFrom('A', 'B', 'C'),
      })),
      tie('any').map(({ schema, value }) => ({
        schema: { type: 'array', items: schema },
        value: fc.array(value, { maxLength: 4 }),
      })),
      tie('any').map(({ schema, value }) => ({
        schema: { type: 'map', values: schema },
        value: fc.dictionary(
          fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__'),
          value,
          { maxKeys: 4 },
        ),
      })),
      tie('any').map(({ schema, value }) => {
        const isUnion = Array.isArray(schema) || schema === 'null';
        return { schema: isUnion ? schema : ['null', schema], value: isUnion ? value : fc.option(value) };
      }),
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => ({
        schema: {
          type: 'record',
          name: name(),
          fields: [
            { name: 'a', type: a.schema },
            { name: 'b', type: b.schema },
          ],
        },
        value: fc.record({ a: a.value, b: b.value }),
      })),
    ),
  })).any;

describe('an Avro value', () => {
  it('is byte for byte what the stock encoder writes, behind magic 0 and the schema id', () => {
    let names = 0;
    const schemaAndValue = pair(() => `N${++names}`).chain(({ schema, value }) =>
      value.map((json) => ({ schema, json })),
    );
    fc.assert(
      fc.property(schemaAndValue, ({ schema, json }) => {
        const wire = compileAvro(registered(schema, 0x01020304), [])(Buffer.from(JSON.stringify(json)));
        expect([...wire.subarray(0, 5)]).toEqual([0, 1, 2, 3, 4]);
        const stock = avro.Type.forSchema(schema as avro.Schema, { wrapUnions: false });
        expect(wire.subarray(5).equals(stock.toBuffer(JSON.parse(JSON.stringify(json))))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('keeps all 64 bits of a long, which JavaScript numbers have not', () => {
    const schema = record([
      { name: 'id', type: 'long' },
      { name: 'near', type: ['double', 'long'] },
    ]);
    const wire = compileAvro(
      registered(schema),
      [],
    )(Buffer.from('{"id":-9223372036854775808,"near":9007199254740993}'));
    const long = avro.types.LongType.__with({
      fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
      toBuffer: (value: bigint) => {
        const buffer = Buffer.alloc(8);
        buffer.writeBigInt64LE(value);
        return buffer;
      },
      fromJSON: BigInt,
      toJSON: Number,
      isValid: (value: unknown) => typeof value === 'bigint',
      compare: () => 0,
    });
    const type = avro.Type.forSchema(schema as avro.Schema, { registry: { long }, wrapUnions: false });
    expect(type.fromBuffer(wire.subarray(5))).toEqual({ id: -9223372036854775808n, near: 9007199254740993n });
    expect(faultsOf(schema, '{"id":9223372036854775808,"near":0}')).toMatchObject([{ path: 'id' }]);
  });

  it('takes defaults for what is missing, null where that is allowed, and leaves out what is not declared', () => {
    const schema = record([
      { name: 'kind', type: 'string', default: 'voice' },
      { name: 'note', type: ['null', 'string'] },
      { name: 'tags', type: { type: 'map', values: 'int' }, default: {} },
      { name: 'self', type: ['null', 'com.example.R'], default: null },
    ]);
    expect(roundTrip(schema, { extra: 1, self: { kind: 'chat', note: 'x' } })).toEqual({
      kind: 'voice',
      note: null,
      tags: {},
      self: { kind: 'chat', note: 'x', tags: {}, self: null },
    });
  });

  it('goes into the branch of a union that loses least of it', () => {
    const call = record([{ name: 'callId', type: 'string' }], 'Call');
    const chat = record(
      [
        { name: 'callId', type: 'string' },
        { name: 'text', type: 'string' },
      ],
      'Chat',
    );
    const schema = record([{ name: 'what', type: ['null', call, chat, 'float', 'double', 'long'] }]);
    const branchOf = (what: unknown) => encoded(schema, { what })[5];
    expect([null, { callId: 'a' }, { callId: 'a', text: 'b' }, 0.5, 0.1].map(branchOf)).toEqual([0, 2, 4, 6, 8]);
    expect([...encoded(schema, { what: { callId: 'a', text: 'b', more: 1 } }).subarray(5)]).toEqual([4, 2, 97, 2, 98]);
    const chatFirst = record([{ name: 'what', type: [chat, call] }]);
    expect([...encoded(chatFirst, { what: { callId: 'a', text: 'b', more: 1 } }).subarray(5)]).toEqual([
      0, 2, 97, 2, 98,
    ]);
  });

  it('has bytes and fixed as text of one character a byte', () => {
    const schema = record([
      { name: 'raw', type: 'bytes' },
      { name: 'mark', type: { type: 'fixed', name: 'Mark', size: 2 } },
    ]);
    const buffers = { raw: { type: 'Buffer', data: [0, 0xff] }, mark: { type: 'Buffer', data: [0x41, 0xe9] } };
    expect(roundTrip(schema, { raw: '\0\xff', mark: 'Aé' })).toEqual(buffers);
    expect(faultsOf(schema, '{"raw":"€","mark":"Aé"}')).toMatchObject([{ path: 'raw' }]);
    expect(faultsOf(schema, '{"raw":"","mark":"Aéé"}')).toMatchObject([{ path: 'mark' }]);
  });

  it.each([
    ['int', '2147483648', ''],
    ['int', '1.5', ''],
    ['long', '1e30', ''],
    ['long', '"12"', ''],
    ['float', '1e300', ''],
    ['string', '"\\ud800"', ''],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, '"B"', ''],
    [{ type: 'array', items: 'int' }, '[1,null]', '1'],
    [{ type: 'map', values: 'int' }, '{"a":"secret-value"}', 'a'],
    [
      record([{ name: 'data', type: record([{ name: 'age', type: 'int' }], 'Data') }]),
      '{"data":{"age":"secret-value"}}',
      'data.age',
    ],
    [
      record([{ name: 'data', type: ['null', record([{ name: 'age', type: 'int' }], 'Data')] }]),
      '{"data":{}}',
      'data.age',
    ],
    [record([{ name: 'age', type: ['int', 'string'] }]), '{"age":true}', 'age'],
    [record([{ name: 'hasOwnProperty', type: 'int' }]), '{}', 'hasOwnProperty'],
  ])('of schema %j is refused for %s, with the path and not the value', (schema, body, path) => {
    const faults = faultsOf(schema, body);
    expect(faults).toEqual([{ path, message: expect.any(String) }]);
    expect(JSON.stringify(faults)).not.toContain('secret-value');
  });

  it('may be as large as a body can be', () => {
    const value = Array.from({ length: 300_000 }, (_, index) => (index % 2 === 0 ? null : 1));
    expect(encoded({ type: 'array', items: ['null', 'int', 'string'] }, value)).toHaveLength(5 + 3 + 450_000 + 1);
  });

  it('is not looked for in exponentially many ways', () => {
    const node = (name: string) =>
      record(
        [
          { name: 'next', type: ['null', 'A', 'B'] },
          { name: name.toLowerCase(), type: 'int' },
        ],
        name,
      );
    const schema = [
      'null',
      {
        ...node('A'),
        namespace: '',
        fields: [
          { name: 'next', type: ['null', 'A', { ...node('B'), namespace: '' }] },
          { name: 'a', type: 'int' },
        ],
      },
    ];
    const body = `${'{"a":1,"b":1,"next":'.repeat(60)}null${'}'.repeat(60)}`;
    expect(faultsOf(schema, body)).toEqual([{ path: '', message: expect.stringContaining('too many ways') }]);
  });
});

describe('an Avro schema', () => {
  it('finds names in its own namespace, and in the schemas that it refers to', () => {
    const address = { type: 'record', name: 'com.other.Address', fields: [{ name: 'city', type: 'string' }] };
    const schema = record([
      { name: 'home', type: 'com.other.Address' },
      { name: 'first', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
      { name: 'second', type: 'Kind' },
    ]);
    const codec = compileAvro(registered(schema), [{ name: 'com.other.Address', schema: registered(address) }]);
    const wire = codec(Buffer.from('{"home":{"city":"X"},"first":"A","second":"B"}'));
    expect([...wire.subarray(5)]).toEqual([2, 0x58, 0, 2]);
  });

  it.each([
    [record([{ name: 'a', type: 'Missing' }]), /"Missing" is not defined/],
    [record([{ name: 'a', type: 'int', default: 'x' }]), /default of com\.example\.R\.a/],
    [record([{ name: 'a', type: 'com.example.R', default: {} }]), /default of com\.example\.R\.a/],
    [{ type: 'record', name: 'R' }, /has no fields/],
    [{ type: 'enum', name: 'R' }, /has no symbols/],
    [{ type: 'fixed', name: 'R' }, /has no size/],
    [{ type: 'record', fields: [] }, /has no name/],
    [['int', 7], /must be a name/],
    [[record([], 'A'), record([], 'A')], /defined twice/],
  ])('%j cannot be used, and is told so', (schema, message) => {
    expect(() => compileAvro(registered(schema), [])).toThrow(
      expect.objectContaining({ code: 'schema-unusable', message: expect.stringMatching(message) }),
    );
  });
});
