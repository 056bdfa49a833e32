import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalForm, MAX_NESTING, type Selection } from '../../../lib/events/canonical-form.ts';

const canonical = (json: string, selection?: Selection): string =>
  Buffer.from(canonicalForm(Buffer.from(json), selection).bytes).toString();

/** A JSON text as a tree that keeps what parsing forgets: key order, repeated keys, numbers' source. */
type Node = { text: string } | { string: string } | { items: Node[] } | { members: [string, Node][] };

const numberText = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.stringMatching(/^-?(?:0|[1-9]\d{0,20})(?:\.\d{1,8})?(?:[eE][+-]?\d{1,3})?$/),
  fc.constantFrom('-0', '1.0', '1e2', '9007199254740993', '1E400', '0.10'),
);
const anyString = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('__proto__', '\ud800', 'a/b', ''),
);
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(numberText, fc.constantFrom('true', 'false', 'null')).map((text) => ({ text })),
    anyString.map((string) => ({ string })),
    fc.array(tie('node'), { maxLength: 5 }).map((items) => ({ items })),
    fc.array(fc.tuple(anyString, tie('node')), { maxLength: 40 }).map((members) => ({ members })),
  ),
}));

const gap = (random: () => number): string => [' ', '', '\n\t', '\r\n  ', '', ''][Math.floor(random() * 6)] as string;

/** A string's text with some characters escaped that need not be. */
function written(string: string, random: () => number): string {
  const text = JSON.stringify(string).slice(1, -1);
  return `"${text.replace(/\\u[0-9a-f]{4}|\\.|[^\\]/gu, (character) => {
    if (character.startsWith('\\') || random() < 0.8) return character;
    if (character === '/') return '\\/';
    return character.split('').map(escaped).join('');
  })}"`;
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`;

function render(tree: Node, random: () => number): string {
  if ('text' in tree) return gap(random) + tree.text + gap(random);
  if ('string' in tree) return gap(random) + written(tree.string, random) + gap(random);
  if ('items' in tree)
    return `${gap(random)}[${tree.items.map((item) => render(item, random)).join(',')}]${gap(random)}`;
  const members = tree.members.map(
    ([key, value]) => `${gap(random)}${written(key, random)}${gap(random)}:${render(value, random)}`,
  );
  return `{${members.join(',')}${gap(random)}}`;
}

/** The definition, the slow way. */
function expected(tree: Node): string {
  if ('text' in tree) return tree.text;
  if ('string' in tree) return JSON.stringify(tree.string);
  if ('items' in tree) return `[${tree.items.map(expected).join(',')}]`;
  const members = tree.members.map(([key, value]) => ({ key: JSON.stringify(key), value: expected(value) }));
  members.sort((a, b) => Buffer.compare(Buffer.from(a.key.slice(1, -1)), Buffer.from(b.key.slice(1, -1))));
  return `{${members.map(({ key, value }) => `${key}:${value}`).join(',')}}`;
}

function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

describe('canonical form', () => {
  it('is what its definition says, however the text was written', () => {
    fc.assert(
      fc.property(node, fc.integer(), (tree, seed) => {
        const json = render(tree, seeded(seed));
        expect(canonical(json)).toBe(expected(tree));
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same for every order of keys, and a fixed point', () => {
    fc.assert(
      fc.property(fc.dictionary(anyString, fc.jsonValue()), fc.integer(), (object, seed) => {
        const random = seeded(seed);
        const entries = Object.entries(object);
        const shuffled = Object.fromEntries(
          entries
            .map((e) => ({ e, at: random() }))
            .sort((a, b) => a.at - b.at)
            .map(({ e }) => e),
        );
        const form = canonical(JSON.stringify(object));
        expect(canonical(JSON.stringify(shuffled))).toBe(form);
        expect(canonical(form)).toBe(form);
        expect(JSON.parse(form)).toEqual(JSON.parse(JSON.stringify(object)));
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same for the same values only', () => {
    const small = fc.jsonValue({ maxDepth: 1, stringUnit: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(small, small, (left, right) => {
        const [a, b] = [JSON.stringify(left), JSON.stringify(right)];
        expect(canonical(a) === canonical(b)).toBe(isDeepStrictEqual(JSON.parse(a), JSON.parse(b)));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['1.0', '1'],
    ['9007199254740993', '9007199254740992'],
    ['1e2', '100'],
    ['-0', '0'],
    ['1E2', '1e2'],
    ['1e400', '1e401'],
    ['[1,2]', '[2,1]'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['{"a":1,"a":2}', '{"a":2,"a":1}'],
    ['"\\ud800"', '"\\ud801"'],
    ['"\\ud800"', '"\\ufffd"'],
    ['"1"', '1'],
    ['{}', '[]'],
    ['{"__proto__":1}', '{}'],
    ['[[],[]]', '[[[]]]'],
  ])('tells %s from %s', (left, right) => {
    expect(canonical(`{"a":${left}}`)).not.toBe(canonical(`{"a":${right}}`));
  });

  it('sorts objects of thousands of keys, quickly', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${20_000 - index}`);
    const form = canonical(`{${keys.map((key) => `"${key}":0`).join(',')}}`);
    expect(Object.keys(JSON.parse(form))).toEqual(keys.toSorted());
  });

  it(`takes ${MAX_NESTING} levels and refuses one more, in counted and uncounted places`, () => {
    const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(canonical(nested(MAX_NESTING))).toBe(nested(MAX_NESTING));
    expect(() => canonical(nested(MAX_NESTING + 1))).toThrow('deeper than 64');
    expect(() => canonical(nested(MAX_NESTING + 1), { omit: ['a'] })).toThrow('deeper than 64');
    expect(() => canonical(nested(100_000))).toThrow('deeper than 64');
  });
});

describe('selection', () => {
  it('counts only what it names, by the key itself and not by how it is written', () => {
    const json = '{"z":1,"d\\u0061ta":{"b":2,"timestamp":{"deep":[1]},"a":{"timestamp":3}},"eventType":"X"}';
    const selection = { only: ['eventType', 'data'], members: { data: { omit: ['timestamp'] } } };
    expect(canonical(json, selection)).toBe('{"data":{"a":{"timestamp":3},"b":2},"eventType":"X"}');
  });

  it('is empty when nothing counts', () => {
    expect(canonical('{"a":1,"b":2}', { only: [] })).toBe('{}');
  });

  it('reports source text of the last value, as JSON.parse takes the last', () => {
    const { sources } = canonicalForm(Buffer.from('{"id": 1.0 ,"x":2, "id" : 9007199254740993}'), { report: ['id'] });
    expect([...sources]).toEqual([['id', '9007199254740993']]);
  });

  it('takes no inherited name for one of its own', () => {
    expect(canonical('{"constructor":{"x":1},"__proto__":{"x":1}}', { members: {} })).toBe(
      '{"__proto__":{"x":1},"constructor":{"x":1}}',
    );
  });

  it('begins with the prefix', () => {
    expect(Buffer.from(canonicalForm(Buffer.from('[ 1 ]'), undefined, 'ü\n').bytes).toString()).toBe('ü\n[1]');
  });
});
