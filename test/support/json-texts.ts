import fc from 'fast-check';

/** A JSON text as a tree that keeps what parsing forgets: key order, repeated keys, numbers' source. */
export type JsonNode =
  | { text: string }
  | { string: string }
  | { items: JsonNode[] }
  | { members: [string, JsonNode][] };

const numberText = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.stringMatching(/^-?(?:0|[1-9]\d{0,20})(?:\.\d{1,8})?(?:[eE][+-]?\d{1,3})?$/),
  fc.constantFrom('-0', '1.0', '1e2', '9007199254740993', '1E400', '0.10'),
);
export const anyString = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('__proto__', '\ud800', 'a/b', '', 'a', 'a ', 'a!', 'a"', '\n', 'x'.repeat(60)),
);

/** Trees whose objects have keys of `key`. */
export function jsonNodes(key: fc.Arbitrary<string>): fc.Arbitrary<JsonNode> {
  return fc.letrec<{ node: JsonNode }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.oneof(numberText, fc.constantFrom('true', 'false', 'null')).map((text) => ({ text })),
      anyString.map((string) => ({ string })),
      fc.array(tie('node'), { maxLength: 5 }).map((items) => ({ items })),
      fc.array(fc.tuple(key, tie('node')), { maxLength: 40 }).map((members) => ({ members })),
    ),
  })).node;
}

/** One of the many texts of a tree: white space anywhere, any character of a string escaped. */
export function render(tree: JsonNode, random: () => number): string {
  if ('text' in tree) return gap(random) + tree.text + gap(random);
  if ('string' in tree) return gap(random) + written(tree.string, random) + gap(random);
  if ('items' in tree)
    return `${gap(random)}[${tree.items.map((item) => render(item, random)).join(',')}]${gap(random)}`;
  const members = tree.members.map(
    ([key, value]) => `${gap(random)}${written(key, random)}${gap(random)}:${render(value, random)}`,
  );
  return `{${members.join(',')}${gap(random)}}`;
}

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

export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
