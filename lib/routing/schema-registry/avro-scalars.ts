import { AvroMisfit } from './avro-misfit.ts';
import type { AvroPrimitive, AvroType } from './avro-schema.ts';
import type { AvroWriter } from './avro-writer.ts';

/** Values without parts; each throws AvroMisfit. */

const [INT_MIN, INT_MAX] = [-(2 ** 31), 2 ** 31 - 1];
const [LONG_MIN, LONG_MAX] = [-(2n ** 63n), 2n ** 63n - 1n];

export function writePlain(writer: AvroWriter, kind: Exclude<AvroPrimitive, 'float' | 'double'>, value: unknown): void {
  switch (kind) {
    case 'null':
      if (value !== null) throw new AvroMisfit('must be null');
      break;
    case 'boolean':
      if (typeof value !== 'boolean') throw new AvroMisfit('must be a boolean');
      writer.byte(Number(value));
      break;
    case 'int':
      if (!isInteger(value) || value < INT_MIN || value > INT_MAX)
        throw new AvroMisfit('must be an integer of 32 bits (int)');
      writer.long(Number(value));
      break;
    case 'long':
      if (!isInteger(value) || value < LONG_MIN || value > LONG_MAX)
        throw new AvroMisfit('must be an integer of 64 bits (long)');
      writer.long(value);
      break;
    case 'bytes':
      writer.bytesWithLength(latin1(value, 'must be a string of the characters U+0000 to U+00FF (bytes)'));
      break;
    case 'string':
      if (typeof value !== 'string') throw new AvroMisfit('must be a string');
      if (!value.isWellFormed()) throw new AvroMisfit('must be a string without lone surrogates');
      writer.string(value);
  }
}

/** A number beyond 2⁵³ has lost digits already, unless it is a bigint. */
const isInteger = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || Number.isSafeInteger(value);

/** Answers whether all digits were kept. */
export function writeFloating(writer: AvroWriter, kind: 'float' | 'double', value: unknown): boolean {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw new AvroMisfit(`must be a number (${kind})`);
  const double = Number(value);
  const kept = kind === 'float' ? Math.fround(double) : double;
  if (!Number.isFinite(kept)) throw new AvroMisfit(`must be a number that a ${kind} can hold`);
  writer[kind](kept);
  return kept === double && (typeof value !== 'bigint' || BigInt(double) === value);
}

export function writeFixed(
  writer: AvroWriter,
  { name, sizeBytes }: AvroType & { kind: 'fixed' },
  value: unknown,
): void {
  const rule = `must be a string of ${sizeBytes} characters U+0000 to U+00FF (${name})`;
  const bytes = latin1(value, rule);
  if (bytes.length !== sizeBytes) throw new AvroMisfit(rule);
  writer.raw(bytes);
}

function latin1(value: unknown, rule: string): Buffer {
  if (typeof value !== 'string' || /[^\0-\xff]/.test(value)) throw new AvroMisfit(rule);
  return Buffer.from(value, 'latin1');
}

export function writeEnum(writer: AvroWriter, { name, symbols }: AvroType & { kind: 'enum' }, value: unknown): void {
  const index = typeof value === 'string' ? symbols.get(value) : undefined;
  if (index === undefined) throw new AvroMisfit(`must be one of ${[...symbols.keys()].join(', ')} (${name})`);
  writer.long(index);
}
