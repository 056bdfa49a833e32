import type { OutputUnit } from '@cfworker/json-schema';
import type { FieldError } from '../../platform/errors.ts';

const MAX_FAULTS = 20;
/** These only say that something inside is wrong, which has a line of its own. */
const ENCLOSING = new Set([
  '$ref',
  '$recursiveRef',
  'additionalItems',
  'additionalProperties',
  'allOf',
  'if',
  'items',
  'patternProperties',
  'prefixItems',
  'properties',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
/** Their texts name what the schema wants, or a member by its name, and no value of the body. */
const TELLING = new Set([
  'dependentRequired',
  'format',
  'maxItems',
  'maxLength',
  'minItems',
  'minLength',
  'required',
  'type',
]);

/** Path and rule of what the validator found; no more than twenty, each once, and no value of the body. */
export function brokenRules(errors: readonly OutputUnit[]): FieldError[] {
  const inner = errors.filter(({ keyword }) => !ENCLOSING.has(keyword));
  const told = inner.filter((error, index) => error.keyword !== 'false' || !isTwice(error, index, inner));
  return (told.length > 0 ? told : errors)
    .slice(0, MAX_FAULTS)
    .map(({ instanceLocation, keyword, keywordLocation, error }) => ({
      path: pathOf(instanceLocation),
      message:
        keyword === 'false'
          ? 'may not be there'
          : `breaks ${keywordLocation}${TELLING.has(keyword) ? `: ${error}` : ''}`,
    }));
}

/** The validator takes a declared member that is wrong for an undeclared one too. Only near faults are compared: there may be many. */
function isTwice({ instanceLocation }: OutputUnit, index: number, all: readonly OutputUnit[]): boolean {
  return all
    .slice(Math.max(0, index - MAX_FAULTS), index)
    .some(
      ({ keyword, instanceLocation: other }) => keyword !== 'false' && `${other}/`.startsWith(`${instanceLocation}/`),
    );
}

/** `#/data/items/3` → `data.items.3` */
function pathOf(pointer: string): string {
  const segments = decodeURI(pointer).split('/').slice(1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
}
