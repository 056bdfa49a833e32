/**
 * FNV-1a 64-bit as two unsigned 32-bit halves: a BigInt a byte costs fifty times as much. The prime is 2^40 + 0x1b3, so
 * hash · prime mod 2^64 is hash · 0x1b3 plus the low half moved up by 40 bits, which touches the high half alone.
 */
const OFFSET_BASIS_HIGH = 0xcbf29ce4;
const OFFSET_BASIS_LOW = 0x84222325;
const PRIME_LOW = 0x1b3;
const TWO_TO_32 = 0x1_0000_0000;

/** 16 lower-case hex digits of the bytes' FNV-1a 64-bit hash. */
function fnv1a64Hex(bytes: Uint8Array): string {
  let high = OFFSET_BASIS_HIGH;
  let low = OFFSET_BASIS_LOW;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    const product = low * PRIME_LOW; // below 2^41: exact in a double
    high = (Math.imul(high, PRIME_LOW) + Math.floor(product / TWO_TO_32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/**
 * Kafka key of an order key (contract §2): `pk-` + FNV-1a 64 of its UTF-8 bytes, as it stands, without trimming or case
 * folding. Two order keys that collide share a partition and lose nothing by it.
 */
export function partitionKey(orderKey: string): string {
  return `pk-${fnv1a64Hex(Buffer.from(orderKey, 'utf8'))}`;
}
