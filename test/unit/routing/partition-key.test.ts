import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { partitionKey } from '../../../lib/routing/partition-key.ts';

function byTheBook(text: string): string {
  let hash = 14695981039346656037n;
  for (const byte of Buffer.from(text, 'utf8')) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 1099511628211n);
  return `pk-${hash.toString(16).padStart(16, '0')}`;
}

describe('partition key', () => {
  it.each([
    ['', 'pk-cbf29ce484222325'],
    ['a', 'pk-af63dc4c8601ec8c'],
    ['foobar', 'pk-85944171f73967e8'],
  ])('of %j is the published FNV-1a 64 hash', (text, key) => {
    expect(partitionKey(text)).toBe(key);
  });

  it('is FNV-1a 64 of the UTF-8 bytes for every text', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(text, (order) => {
        expect(partitionKey(order)).toBe(byTheBook(order));
      }),
      { numRuns: 2_000 },
    );
  });

  it('neither trims nor folds case', () => {
    expect(new Set([' a', 'a', 'a ', 'A'].map(partitionKey)).size).toBe(4);
  });
});
