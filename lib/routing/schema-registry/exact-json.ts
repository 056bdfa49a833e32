/** Sixteen digits in a row: only then can an integer be beyond 2⁵³. */
const LONG_NUMBER = /\d{16}/;
const INTEGER = /^-?\d+$/;

/**
 * JSON.parse of a body that is known to be UTF-8 and JSON, with integers beyond 2⁵³ as bigint: an Avro `long` can hold them,
 * and two ids that differ in their last digit are two ids. A reviver is slow, so it is used only where it can matter.
 */
export function parseExactJson(body: Uint8Array): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  return JSON.parse(text, LONG_NUMBER.test(text) ? exactInteger : undefined);
}

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const { source = '' } = context ?? {};
  return INTEGER.test(source) ? BigInt(source) : value;
}
