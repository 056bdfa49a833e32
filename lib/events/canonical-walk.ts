import { InvalidEventError } from './invalid-event.ts';
import { ObjectMembers } from './object-members.ts';
import type { MemberRules } from './selection.ts';
import { SourceCopy } from './source-copy.ts';

/** Arrays and objects inside one another, the outermost included. */
export const MAX_NESTING = 64;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const SLASH = 0x2f;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const LETTER_U = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** One walk over a JSON text. Its methods take the position of something's first byte, and return the one behind its last. */
export class CanonicalWalk {
  readonly sources = new Map<string, string>();
  readonly #json: Buffer;
  readonly #output: SourceCopy;
  readonly #members: ObjectMembers;

  constructor(json: Buffer, prefix: string) {
    this.#json = json;
    this.#output = new SourceCopy(json, prefix);
    this.#members = new ObjectMembers(this.#output);
  }

  walk(rules: MemberRules | undefined): Uint8Array {
    return this.#output.finish(this.#value(this.#token(0), 1, rules));
  }

  /** The next position that is not white space. */
  #token(at: number): number {
    return (this.#json[at] as number) > SPACE ? at : this.#space(at);
  }

  #space(start: number): number {
    let at = start + 1;
    while ((this.#json[at] as number) <= SPACE) at++;
    this.#output.omit(start, at);
    return at;
  }

  #value(at: number, depth: number, rules?: MemberRules): number {
    const byte = this.#json[at];
    if (byte === QUOTE) return this.#string(at);
    if (byte === OPEN_OBJECT) return this.#object(at, depth, rules);
    if (byte === OPEN_ARRAY) return this.#array(at, depth);
    return this.#literal(at);
  }

  /** Number, true, false or null: up to a delimiter or the end. */
  #literal(start: number): number {
    const json = this.#json;
    let at = start + 1;
    for (; at < json.length; at++) {
      const byte = json[at] as number;
      if (byte <= SPACE || byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) break;
    }
    return at;
  }

  #string(start: number): number {
    const json = this.#json;
    let at = start + 1;
    for (let byte = json[at]; byte !== QUOTE; byte = json[++at]) {
      if (byte === BACKSLASH) return this.#escapedString(start, at);
    }
    return at + 1;
  }

  /** Only `\/` and `\u` have shorter forms. A lone surrogate can only be written as an escape, and stays one. */
  #escapedString(start: number, firstEscape: number): number {
    const json = this.#json;
    let shortest = true;
    let at = firstEscape;
    while (json[at] !== QUOTE) {
      if (json[at] !== BACKSLASH) {
        at++;
        continue;
      }
      if (json[at + 1] === SLASH || json[at + 1] === LETTER_U) shortest = false;
      at += 2;
    }
    const end = at + 1;
    if (!shortest) this.#output.replace(start, end, JSON.stringify(JSON.parse(json.toString('utf8', start, end))));
    return end;
  }

  #array(open: number, depth: number): number {
    checkDepth(depth);
    const json = this.#json;
    let at = this.#token(open + 1);
    while (json[at] !== CLOSE_ARRAY) {
      if (json[at] === COMMA) at = this.#token(at + 1);
      at = this.#token(this.#value(at, depth + 1));
    }
    return at + 1;
  }

  #object(open: number, depth: number, rules?: MemberRules): number {
    checkDepth(depth);
    const first = this.#members.height;
    let at = this.#token(open + 1);
    while (this.#json[at] !== CLOSE_OBJECT) at = this.#token(this.#member(at, depth, first, rules));
    this.#members.end(first, open, at);
    return at + 1;
  }

  /** A member with the comma before it, if there is one; the first that counts is to have none. */
  #member(from: number, depth: number, first: number, rules?: MemberRules): number {
    const output = this.#output;
    const lengthBefore = output.lengthAt(from);
    let at = from;
    if (this.#json[from] === COMMA) {
      at = this.#token(from + 1);
      if (this.#members.height === first) output.takeBack(from, lengthBefore, at);
    }
    const start = output.lengthAt(at);
    const keyEnd = this.#string(at);
    const lengthAtKeyEnd = output.lengthAt(keyEnd);
    const value = this.#token(this.#token(keyEnd) + 1);
    const rule = rules?.of(this.#json, at, keyEnd);
    const end = this.#value(value, depth + 1, rule?.rules);
    if (rule?.reportAs !== undefined) this.sources.set(rule.reportAs, this.#json.toString('utf8', value, end));
    if (rule?.counts === false) output.takeBack(from, lengthBefore, end);
    else this.#members.push(start, lengthAtKeyEnd, output.lengthAt(end));
    return end;
  }
}

function checkDepth(depth: number): void {
  if (depth > MAX_NESTING)
    throw new InvalidEventError('not-json', `the body is nested deeper than ${MAX_NESTING} levels`);
}
