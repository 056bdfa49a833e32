import * as z from 'zod/mini';
import type { FieldError } from '../platform/errors.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** Texts of one's own: `zod/mini` has none, and its locale file would weigh more than these. */
const expected =
  (what: string) =>
  (issue: { input?: unknown }): string =>
    issue.input === undefined ? `is missing; it must be ${what}` : `must be ${what}`;

export const text = () => z.string({ error: expected('a string') });
export const oneOf = <const T extends readonly string[]>(...values: T) =>
  z.enum(values, { error: expected(values.map((value) => `"${value}"`).join(' or ')) });
/** A number of any size: `z.number()` refuses the Infinity that JSON.parse makes of 1e400, and ids count by their text. */
export const textOrNumber = () =>
  z.custom<string | number>((value) => typeof value === 'string' || typeof value === 'number', {
    error: expected('a string or a number'),
  });

/** Any JSON object. Not walked, not copied: what is inside belongs to the sender. */
export const jsonObject = () => z.custom<JsonObject>(isJsonObject, { error: expected('an object') });

/** Number source text and ids of any length come from outside; SQS messages and DynamoDB keys have ends. */
export const MAX_ID_BYTES = 1024;

/** An id that becomes a key elsewhere: DynamoDB takes neither empty keys nor half surrogate pairs. */
export const keyText = () =>
  text().check(
    z.refine((value) => value !== '', { error: 'must not be empty' }),
    z.refine((value) => Buffer.byteLength(value) <= MAX_ID_BYTES, { error: `must be at most ${MAX_ID_BYTES} bytes` }),
    z.refine((value) => value.isWellFormed(), { error: 'must be well-formed Unicode' }),
  );

export interface Fault {
  path: PropertyKey[];
  message: string;
}

export const fieldErrors = (issues: readonly Fault[]): FieldError[] =>
  issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
