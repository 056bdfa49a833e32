import { isUtf8 } from 'node:buffer';
import { InvalidEventError } from './invalid-event.ts';

/**
 * JSON.parse over bytes that must be UTF-8 without a byte order mark (RFC 8259). A repeated key keeps its last value,
 * as everywhere in the relay. V8 parses without recursion, so depth is no danger here; `canonicalForm` bounds it.
 * @throws InvalidEventError `not-json`
 */
export function parseJson(body: Uint8Array): unknown {
  if (!isUtf8(body)) throw new InvalidEventError('not-json', 'the body is not UTF-8');
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidEventError('not-json', 'the body is not JSON'); // no cause: it would quote the body
  }
}

export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
