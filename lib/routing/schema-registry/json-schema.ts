import type { OutputUnit, Schema, SchemaDraft } from '@cfworker/json-schema';
import { messageOf } from '../../platform/errors.ts';
import { brokenRules } from './json-schema-faults.ts';
import { assertComplete, type Lookup, withoutOldIds } from './json-schema-lookup.ts';
import type { NamedSchema } from './references.ts';
import { type RegisteredSchema, SchemaViolationError, UnusableSchemaError } from './registry.ts';

/** @throws SchemaViolationError, UnusableSchemaError */
export type JsonSchemaCheck = (value: unknown) => void;

/** Draft 7 is what Confluent's serializers write and assume. */
const DEFAULT_DRAFT: SchemaDraft = '7';
const DRAFTS: readonly [marker: string, draft: SchemaDraft][] = [
  ['draft-03', '4'],
  ['draft-04', '4'],
  ['draft-06', '7'],
  ['draft-07', '7'],
  ['2019-09', '2019-09'],
  ['2020-12', '2020-12'],
];

/**
 * Drafts 4, 6, 7, 2019-09 and 2020-12 but `$dynamicRef`; `format` is checked. Numbers are what JSON.parse makes of them: beyond
 * 2⁵³ two that differ in the last digits are one, and of a repeated key the last value counts.
 * The validator is loaded here and not with the function: a relay without a registry does not pay for it. It interprets
 * schemas (21 KB), where ajv would compile them to code (146 KB, more than the receiver's bundle has room for).
 * @throws UnusableSchemaError for what could only fail once events come
 */
export async function compileJsonSchema(
  { id, text }: RegisteredSchema,
  references: readonly NamedSchema[],
): Promise<JsonSchemaCheck> {
  const { dereference, initialBaseURI, validate } = await import('@cfworker/json-schema');
  const schema = parseSchema(text);
  const draft = draftOf(schema);
  let lookup: Lookup;
  try {
    lookup = dereference(schema);
    const base = idOf(schema) ?? initialBaseURI.href;
    for (const { name, schema: referenced } of references) {
      const address = new URL(name, base).href;
      const json = parseSchema(referenced.text);
      const own = idOf(json) ?? address;
      dereference({ ...json, $id: own }, lookup);
      alias(lookup, own, address);
    }
    assertComplete(lookup);
  } catch (error) {
    throw new UnusableSchemaError(`the relay cannot work by JSON Schema ${id}: ${messageOf(error)}`, error);
  }
  // the whole list of faults is made only for a body that is refused
  const errorsOf = (value: unknown, onlyFirst: boolean) => validate(value, schema, draft, lookup, onlyFirst).errors;
  return (value) => {
    const first = firstErrors(() => errorsOf(value, true), id);
    if (first.length === 0) return;
    const message = `the body does not fit its topic's schema (JSON Schema, id ${id})`;
    throw new SchemaViolationError(message, brokenRules(allErrors(() => errorsOf(value, false)) ?? first));
  };
}

/** A reference is known by the name that the registry gives it, and by its own `$id`. */
function alias(lookup: Lookup, own: string, address: string): void {
  for (const [uri, schema] of Object.entries(lookup))
    if (uri === own || uri.startsWith(`${own}#`)) lookup[address + uri.slice(own.length)] ??= schema;
}

function firstErrors(validate: () => OutputUnit[], id: number): OutputUnit[] {
  try {
    return validate();
  } catch (error) {
    if (!(error instanceof URIError))
      throw new UnusableSchemaError(`JSON Schema ${id} cannot be applied: ${messageOf(error)}`, error);
    const rule = "a member's name has a lone surrogate"; // the validator builds a URI of it
    throw new SchemaViolationError(rule, [{ path: '', message: rule }]);
  }
}

/** Undefined when there are so many that the validator itself gives up. */
function allErrors(validate: () => OutputUnit[]): OutputUnit[] | undefined {
  try {
    return validate();
  } catch (error) {
    if (error instanceof RangeError || error instanceof URIError) return undefined;
    throw error;
  }
}

function parseSchema(text: string): Schema {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UnusableSchemaError('the schema is not JSON', cause);
  }
  if (typeof json === 'boolean') return json ? {} : { not: {} };
  if (typeof json !== 'object' || json === null) throw new UnusableSchemaError('the schema is no JSON object');
  if (draftOf(json) !== '4') withoutOldIds(json);
  return json;
}

function draftOf({ $schema = '' }: Schema): SchemaDraft {
  return DRAFTS.find(([marker]) => $schema.includes(marker))?.[1] ?? DEFAULT_DRAFT;
}

function idOf({ $id, id }: Schema): string | undefined {
  return [$id, id].find((each) => typeof each === 'string' && URL.canParse(each));
}
