import type { Schema } from '@cfworker/json-schema';
import { UnusableSchemaError } from './registry.ts';

/** Every schema inside a schema, by its URI. */
export type Lookup = Record<string, Schema | boolean>;

/** Their values are values, whatever they look like. */
const VALUES = new Set(['const', 'default', 'enum', 'required']);

/**
 * Only draft 4 names schemas by `id`. The validator takes any `id` that is a text for one, also those in examples, which may
 * well be the same twice; so they are taken out.
 */
export function withoutOldIds(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  if ('id' in schema && typeof schema.id === 'string') delete schema.id;
  for (const [key, value] of Object.entries(schema)) if (!VALUES.has(key)) withoutOldIds(value);
}

/** The validator would find these only when an event comes by; of `$dynamicRef` it would see nothing at all. */
export function assertComplete(lookup: Lookup): void {
  for (const [uri, schema] of Object.entries(lookup)) {
    if (typeof schema === 'boolean') continue;
    const { __absolute_ref__: target, pattern, $dynamicRef } = schema;
    if (target !== undefined && lookup[target] === undefined)
      throw new UnusableSchemaError(`$ref ${schema.$ref} leads nowhere; register what it means as a reference`);
    if ($dynamicRef !== undefined) throw new UnusableSchemaError('$dynamicRef is not supported');
    for (const each of [pattern, ...Object.keys(schema.patternProperties ?? {})]) {
      if (typeof each === 'string' && !isRegExp(each))
        throw new UnusableSchemaError(`a pattern at ${uri} is no regular expression of ECMAScript with Unicode`);
    }
  }
}

function isRegExp(text: string): boolean {
  try {
    return new RegExp(text, 'u') !== undefined;
  } catch {
    return false;
  }
}
