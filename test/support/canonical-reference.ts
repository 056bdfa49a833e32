import type { Selection } from '../../lib/events/selection.ts';
import type { JsonNode } from './json-texts.ts';

/** The definition of the canonical form, the slow way. */
export function canonicalReference(tree: JsonNode, selection: Selection = {}): string {
  if ('text' in tree) return tree.text;
  if ('string' in tree) return JSON.stringify(tree.string);
  if ('items' in tree) return `[${tree.items.map((item) => canonicalReference(item)).join(',')}]`;
  const { only, omit = [], members = {} } = selection;
  const counted = tree.members
    .filter(([key]) => !omit.includes(key) && (only === undefined || only.includes(key)))
    .map(([key, value]) => ({
      key: JSON.stringify(key),
      value: canonicalReference(value, Object.hasOwn(members, key) ? members[key] : undefined),
    }));
  counted.sort((a, b) => Buffer.compare(Buffer.from(a.key.slice(1, -1)), Buffer.from(b.key.slice(1, -1))));
  return `{${counted.map(({ key, value }) => `${key}:${value}`).join(',')}}`;
}
