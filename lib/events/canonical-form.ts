import { InvalidEventError } from './invalid-event.ts';
import { ObjectMembers } from './object-members.ts';

/** Which members of an object count as content. Everything below a counted member counts, unless `members` says otherwise. */
export interface Selection {
  /** Only these members; default: all. */
  only?: readonly string[];
  /** All but these. */
  omit?: readonly string[];
  /** Selections for the objects that are the values of these members. */
  members?: Readonly<Record<string, Selection>>;
  /** Members whose values are also reported as source text. */
  report?: readonly string[];
}

export interface CanonicalForm {
  bytes: Uint8Array;
  /** JSON source text of the last value of each reported member. */
  sources: ReadonlyMap<string, string>;
}

/** Arrays and objects inside one another, the outermost included. */
export const MAX_NESTING = 64;

/**
 * One JSON text for all texts of the same content: no white space, members sorted by their keys' UTF-8 bytes, strings with
 * the fewest escapes. Array order counts, and numbers keep their source text (1.0 is not 1). A key that occurs twice is
 * kept twice: when in doubt two events are different.
 *
 * Works on the source bytes in one pass, because a parsed number has forgotten its text, and having `JSON.parse` tell it
 * costs four times the parsing. Time is linear, but for sorting keys.
 * @param json UTF-8 that `JSON.parse` has accepted
 * @param prefix text that `bytes` shall begin with, so that hashing needs no second buffer
 * @throws InvalidEventError `not-json` when nested deeper than MAX_NESTING
 */
export function canonicalForm(json: Uint8Array, selection?: Selection, prefix = ''): CanonicalForm {
  const writer = new CanonicalWriter(json, prefix);
  writer.value(1, selection);
  return { bytes: writer.written(), sources: writer.sources };
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

class CanonicalWriter {
  readonly sources = new Map<string, string>();
  readonly #in: Buffer;
  #at = 0;
  /** The canonical form is never longer than its source. */
  readonly #out: Buffer;
  #length: number;
  readonly #members: ObjectMembers;

  constructor(json: Uint8Array, prefix: string) {
    this.#in = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
    this.#out = Buffer.allocUnsafe(json.length + Buffer.byteLength(prefix));
    this.#length = this.#out.write(prefix);
    this.#members = new ObjectMembers(this.#out);
  }

  written(): Uint8Array {
    return this.#out.subarray(0, this.#length);
  }

  value(depth: number, selection?: Selection): void {
    const byte = this.#next();
    if (byte === QUOTE) this.#string();
    else if (byte === OPEN_OBJECT) this.#object(depth, selection);
    else if (byte === OPEN_ARRAY) this.#array(depth);
    else this.#literal();
  }

  /** The next byte that is not white space; not consumed. */
  #next(): number {
    let byte = this.#in[this.#at] as number;
    while (byte <= SPACE) byte = this.#in[++this.#at] as number;
    return byte;
  }

  #put(byte: number): void {
    this.#out[this.#length++] = byte;
  }

  /** Number, true, false or null: up to a delimiter or the end. */
  #literal(): void {
    const input = this.#in;
    const out = this.#out;
    let length = this.#length;
    let at = this.#at;
    for (; at < input.length; at++) {
      const byte = input[at] as number;
      if (byte <= SPACE || byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) break;
      out[length++] = byte;
    }
    this.#at = at;
    this.#length = length;
  }

  #string(): void {
    const input = this.#in;
    const out = this.#out;
    let length = this.#length;
    let at = this.#at;
    out[length++] = QUOTE;
    for (let byte = input[++at] as number; byte !== QUOTE; byte = input[++at] as number) {
      if (byte === BACKSLASH) {
        this.#escapedString();
        return;
      }
      out[length++] = byte;
    }
    out[length++] = QUOTE;
    this.#at = at + 1;
    this.#length = length;
  }

  /** A lone surrogate can only be written as an escape, and stays one. */
  #escapedString(): void {
    const start = this.#at;
    let end = start + 1;
    while (this.#in[end] !== QUOTE) end += this.#in[end] === BACKSLASH ? 2 : 1;
    this.#at = end + 1;
    this.#length += this.#out.write(
      JSON.stringify(JSON.parse(this.#in.toString('utf8', start, this.#at))),
      this.#length,
    );
  }

  #array(depth: number): void {
    this.#enter(depth, OPEN_ARRAY);
    while (this.#next() !== CLOSE_ARRAY) {
      if (this.#in[this.#at] === COMMA) {
        this.#at++;
        this.#put(COMMA);
      }
      this.value(depth + 1);
    }
    this.#at++;
    this.#put(CLOSE_ARRAY);
  }

  #enter(depth: number, bracket: number): void {
    if (depth > MAX_NESTING)
      throw new InvalidEventError('not-json', `the body is nested deeper than ${MAX_NESTING} levels`);
    this.#at++;
    this.#put(bracket);
  }

  #object(depth: number, selection?: Selection): void {
    this.#enter(depth, OPEN_OBJECT);
    const first = this.#members.height;
    let sorted = true;
    for (let byte = this.#next(); byte !== CLOSE_OBJECT; byte = this.#next()) {
      if (byte === COMMA) {
        this.#at++;
        this.#next();
      }
      if (this.#member(depth, first, selection) && sorted) sorted = !this.#members.isLastMisplaced(first);
    }
    this.#at++;
    if (!sorted) this.#members.sort(first, this.#length);
    this.#members.drop(first);
    this.#put(CLOSE_OBJECT);
  }

  /** Writes `,"key":value` (the first one without comma) and notes where; false and nothing, when it does not count. */
  #member(depth: number, first: number, selection?: Selection): boolean {
    const before = this.#length;
    if (this.#members.height > first) this.#put(COMMA);
    const start = this.#length;
    this.#string();
    const keyEnd = this.#length;
    this.#next();
    this.#at++;
    this.#put(COLON);
    if (selection === undefined) {
      this.value(depth + 1);
    } else {
      const key = keyOf(this.#out, start, keyEnd);
      this.#selectedValue(depth, key, selection);
      if (selection.omit?.includes(key) || selection.only?.includes(key) === false) {
        this.#length = before;
        return false;
      }
    }
    this.#members.push(start, keyEnd, this.#length);
    return true;
  }

  #selectedValue(depth: number, key: string, { members, report }: Selection): void {
    this.#next();
    const start = this.#at;
    this.value(depth + 1, members !== undefined && Object.hasOwn(members, key) ? members[key] : undefined);
    if (report?.includes(key)) this.sources.set(key, this.#in.toString('utf8', start, this.#at));
  }
}

function keyOf(canonical: Buffer, start: number, end: number): string {
  const text = canonical.toString('utf8', start, end);
  return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
}
