import { CanonicalWalk } from './canonical-walk.ts';
import type { MemberRules } from './selection.ts';

export interface CanonicalForm {
  bytes: Uint8Array;
  /** JSON source text of the last value of each reported member. */
  sources: ReadonlyMap<string, string>;
}

/**
 * One JSON text for all texts of the same content: no white space, members sorted by their keys' UTF-8 bytes, strings with
 * the fewest escapes. Array order counts, and numbers keep their source text (1.0 is not 1). A key that occurs twice is
 * kept twice: when in doubt two events are different.
 *
 * Works on the source bytes in one pass, because a parsed number has forgotten its text, and having `JSON.parse` tell it
 * costs four times the parsing. Time is linear, but for sorting keys.
 * @param json UTF-8 that `JSON.parse` has accepted
 * @param rules which members count; default: all
 * @param prefix text that `bytes` shall begin with, so that hashing needs no second buffer
 * @throws InvalidEventError `not-json` when nested deeper than MAX_NESTING
 */
export function canonicalForm(json: Uint8Array, rules?: MemberRules, prefix = ''): CanonicalForm {
  const walk = new CanonicalWalk(Buffer.from(json.buffer, json.byteOffset, json.byteLength), prefix);
  return { bytes: walk.walk(rules), sources: walk.sources };
}
