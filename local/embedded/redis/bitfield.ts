import type { Keyspace } from './keyspace.ts';
import { integer, RedisError, type Reply } from './reply.ts';

/** Redis goes to 63; numbers here are exact to 53, and `<<` would not be. */
const MAX_BITS = 53;
const MAX_STRING_BITS = 512 * 1_048_576 * 8;

interface Field {
  bits: number;
  offset: number;
}

/** `BITFIELD key [GET u<n> offset | SET u<n> offset value] …`; a value too large keeps its low bits. */
export function bitfield(keyspace: Keyspace, key: string, args: readonly string[]): Reply[] {
  const replies: Reply[] = [];
  for (let at = 0; at < args.length; ) {
    const operation = args[at]?.toUpperCase();
    const field = parseField(args[at + 1], args[at + 2]);
    replies.push(readBits(keyspace.read(key), field));
    if (operation === 'GET') {
      at += 3;
    } else if (operation === 'SET') {
      writeBits(keyspace.grow(key, Math.ceil((field.offset + field.bits) / 8)), field, integer(args[at + 3]));
      at += 4;
    } else {
      throw new RedisError('ERR syntax error');
    }
  }
  return replies;
}

function parseField(type: string | undefined, offset: string | undefined): Field {
  const bits = Number(/^u(\d{1,2})$/.exec(type ?? '')?.[1] ?? 0);
  if (bits < 1 || bits > MAX_BITS) {
    throw new RedisError(`ERR Invalid bitfield type "${type}": this stand-in takes u1 to u${MAX_BITS}`);
  }
  const multiplied = offset?.startsWith('#') === true;
  const number = integer(multiplied ? offset?.slice(1) : offset, 'bit offset') * (multiplied ? bits : 1);
  if (number < 0 || number + bits > MAX_STRING_BITS) {
    throw new RedisError('ERR bit offset is not an integer or out of range');
  }
  return { bits, offset: number };
}

function readBits(bytes: Buffer | undefined, { bits, offset }: Field): number {
  let value = 0;
  for (let bit = offset; bit < offset + bits; bit++) {
    value = value * 2 + (((bytes?.[Math.floor(bit / 8)] ?? 0) >> (7 - (bit % 8))) & 1);
  }
  return value;
}

function writeBits(bytes: Buffer, { bits, offset }: Field, value: number): void {
  let rest = BigInt.asUintN(bits, BigInt(value));
  for (let bit = offset + bits - 1; bit >= offset; bit--) {
    const index = Math.floor(bit / 8);
    const mask = 1 << (7 - (bit % 8));
    const byte = bytes[index] ?? 0;
    bytes[index] = (rest & 1n) === 1n ? byte | mask : byte & ~mask;
    rest >>= 1n;
  }
}
