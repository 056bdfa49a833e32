import { describe, expect, it } from '@jest/globals';
import { compileJsonSchema } from '../../../lib/routing/schema-registry/json-schema.ts';
import type { RegisteredSchema } from '../../../lib/routing/schema-registry/registry.ts';

const registered = (schema: unknown): RegisteredSchema => ({
  id: 3,
  type: 'JSON',
  text: JSON.stringify(schema),
  references: [],
});

async function faultsOf(schema: unknown, value: unknown, references: Record<string, unknown> = {}): Promise<unknown> {
  const named = Object.entries(references).map(([name, of]) => ({ name, schema: registered(of) }));
  const check = await compileJsonSchema(registered(schema), named);
  try {
    check(value);
  } catch (error) {
    return (error as { errors?: unknown }).errors ?? error;
  }
  return [];
}

const URLS = {
  4: 'http://json-schema.org/draft-04/schema#',
  6: 'http://json-schema.org/draft-06/schema#',
  7: 'http://json-schema.org/draft-07/schema#',
  2019: 'https://json-schema.org/draft/2019-09/schema',
  2020: 'https://json-schema.org/draft/2020-12/schema',
};

const conditional = ($schema?: string): object =>
  JSON.parse(JSON.stringify({ $schema, if: { type: 'string' } }).replace(/}$/, ',"then":{"minLength":2}}'));

describe('a JSON Schema', () => {
  it.each<[string, object, unknown, unknown]>([
    ['draft 4', { $schema: URLS[4], minimum: 5, exclusiveMinimum: true }, 6, 5],
    ['draft 6', { $schema: URLS[6], exclusiveMinimum: 5, const: 7 }, 7, 6],
    ['draft 7', conditional(URLS[7]), 'ab', 'a'],
    [
      'no draft, which means 7, where nothing counts beside $ref',
      { properties: { a: { $ref: '#/definitions/n', minimum: 9 } }, definitions: { n: { type: 'number' } } },
      { a: 1 },
      { a: '' },
    ],
    ['draft 7, where a list of items is a tuple', { $schema: URLS[7], items: [{ type: 'string' }] }, ['a', 1], [1]],
    ['draft 2019-09', { $schema: URLS[2019], dependentRequired: { a: ['b'] } }, { a: 1, b: 2 }, { a: 1 }],
    ['draft 2020-12', { $schema: URLS[2020], prefixItems: [{ type: 'string' }], items: false }, ['a'], ['a', 1]],
    [
      'draft 2020-12, unevaluated members',
      { $schema: URLS[2020], allOf: [{ properties: { a: {} } }], unevaluatedProperties: false },
      { a: 1 },
      { b: 1 },
    ],
    ['a date-time', { format: 'date-time' }, '2026-01-31T12:00:00Z', '31 January 2026'],
    ['an unknown keyword, which means nothing', { 'x-owner': { team: 'a' }, type: 'string' }, 'a', 1],
    [
      'definitions',
      { definitions: { n: { type: 'number' } }, properties: { a: { $ref: '#/definitions/n' } } },
      { a: 1 },
      { a: '' },
    ],
    [
      'members and examples that are called id',
      { properties: { id: { const: { id: 'x' }, example: { id: 'a' } }, b: { example: { id: 'a' } } } },
      { id: { id: 'x' } },
      { id: {} },
    ],
    [
      'draft 4, where id names a schema',
      {
        $schema: URLS[4],
        properties: { a: { $ref: '#/definitions/n' } },
        definitions: { n: { id: '#n', type: 'number' } },
      },
      { a: 1 },
      { a: '' },
    ],
    ['nothing', {}, { any: 1 }, undefined],
  ])('of %s takes what fits and refuses what does not', async (_name, schema, fitting, unfitting) => {
    expect(await faultsOf(schema, fitting)).toEqual([]);
    if (unfitting !== undefined) expect(await faultsOf(schema, unfitting)).not.toEqual([]);
  });

  it('names path and rule of each fault, and never a value', async () => {
    const schema = {
      type: 'object',
      required: ['actionType', 'contactId'],
      properties: {
        data: { properties: { items: { items: { maximum: 3 } }, 'a/b': { pattern: '^x$' } } },
        kind: { enum: ['voice'] },
      },
      additionalProperties: false,
    };
    const secret = 'secret-value';
    const faults = await faultsOf(schema, {
      contactId: 'c',
      data: { items: [1, 4711], 'a/b': secret },
      kind: secret,
      extra: secret,
    });
    expect(faults).toEqual([
      { path: '', message: 'breaks #/required: Instance does not have required property "actionType".' },
      { path: 'data.items.1', message: 'breaks #/properties/data/properties/items/items/maximum' },
      { path: 'data.a/b', message: 'breaks #/properties/data/properties/a~1b/pattern' },
      { path: 'kind', message: 'breaks #/properties/kind/enum' },
      { path: 'contactId', message: 'may not be there' },
      { path: 'extra', message: 'may not be there' },
    ]);
  });

  it('says no more than twenty things about one body, however many are wrong', async () => {
    const wrong = Array.from({ length: 200_000 }, () => 0);
    const faults = await faultsOf({ items: { type: 'string' } }, wrong);
    expect((faults as unknown[]).length).toBeLessThanOrEqual(20);
    expect(faults).toContainEqual({ path: '0', message: expect.stringContaining('breaks #/items/type') });
  });

  it('refuses a member name that is no Unicode instead of failing on it', async () => {
    const value = JSON.parse('{"\\ud800":1}');
    expect(await faultsOf({ additionalProperties: { type: 'string' } }, value)).toEqual([
      { path: '', message: expect.stringContaining('lone surrogate') },
    ]);
  });

  it.each([
    ['by name', undefined, 'address.json', undefined],
    ['by a name that is a URL', undefined, 'https://example.com/address.json', undefined],
    ['beside its own address', 'https://example.com/root.json', 'address.json', undefined],
    [
      'under an address of its own',
      'https://example.com/root.json',
      'address.json',
      'https://other.example.com/a.json',
    ],
  ])('finds what it refers to: %s', async (_how, $id, name, ownId) => {
    const address = {
      ...(ownId !== undefined && { $id: ownId }),
      properties: { city: { $ref: '#/definitions/city' } },
      definitions: { city: { type: 'string' } },
    };
    const schema = {
      ...($id !== undefined && { $id }),
      properties: { home: { $ref: name }, city: { $ref: `${name}#/definitions/city` } },
    };
    expect(await faultsOf(schema, { home: { city: 'X' }, city: 'Y' }, { [name]: address })).toEqual([]);
    expect(await faultsOf(schema, { home: { city: 1 } }, { [name]: address })).not.toEqual([]);
    expect(await faultsOf(schema, { city: 1 }, { [name]: address })).not.toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ['a $ref that leads nowhere', { properties: { a: { $ref: 'missing.json' } } }, /missing\.json leads nowhere/],
    ['a pattern of another language', { pattern: '(?i)x' }, /no regular expression/],
    ['a pattern of another language for members', { patternProperties: { '\\Qx\\E': {} } }, /no regular expression/],
    [
      'a $dynamicRef',
      { $schema: URLS[2020], properties: { a: { $dynamicRef: '#x' } } },
      /\$dynamicRef is not supported/,
    ],
    ['no object', 7, /no JSON object/],
  ])('with %s cannot be used, and is told so before an event comes', async (_name, schema, message) => {
    await expect(compileJsonSchema(registered(schema), [])).rejects.toMatchObject({
      code: 'schema-unusable',
      retryable: true,
      message: expect.stringMatching(message),
    });
  });
});
