import { expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { compileJsonSchema } from '../../../lib/routing/schema-registry/json-schema.ts';

const member = fc.constantFrom('a', 'b', 'c');
const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(true, false, {}),
    fc.record(
      {
        type: fc.constantFrom('string', 'number', 'integer', 'object', 'array', 'null', ['string', 'null']),
        enum: fc.uniqueArray(fc.constantFrom(1, 'x', null), { minLength: 1 }),
        const: fc.constantFrom(1, 'x', null),
        minimum: fc.integer({ min: -2, max: 2 }),
        exclusiveMaximum: fc.integer({ min: -1, max: 3 }),
        multipleOf: fc.constantFrom(1, 2),
        minLength: fc.nat(2),
        pattern: fc.constantFrom('^x', 'y$'),
        maxItems: fc.nat(2),
        uniqueItems: fc.boolean(),
        items: tie('schema'),
        contains: tie('schema'),
        required: fc.uniqueArray(member),
        properties: fc.dictionary(member, tie('schema'), { maxKeys: 3 }),
        additionalProperties: tie('schema'),
        propertyNames: tie('schema'),
        dependencies: fc.dictionary(member, fc.uniqueArray(member), { maxKeys: 1 }),
        anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        not: tie('schema'),
        if: tie('schema'),
        else: tie('schema'),
      },
      { requiredKeys: [] },
    ),
  ),
}));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, 1, 2, 1.5, -1, 'x', 'xy', '', true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(member, tie('value')),
  ),
}));

async function takes(text: string, body: unknown): Promise<boolean> {
  const check = await compileJsonSchema({ id: 1, type: 'JSON', text, references: [] }, []);
  try {
    check(body);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'schema-violation', errors: expect.arrayContaining([expect.anything()]) });
    return false;
  }
}

it('what fits a JSON Schema is what the most used validator says', async () => {
  await fc.assert(
    fc.asyncProperty(schema, value, async (schemaJson, body) => {
      const text = JSON.stringify(schemaJson);
      const json: unknown = JSON.parse(JSON.stringify(body));
      const ajv = new Ajv({ strict: false, logger: false });
      expect(await takes(text, json)).toBe(ajv.validate(JSON.parse(text), json));
    }),
    { numRuns: 200 },
  );
});
