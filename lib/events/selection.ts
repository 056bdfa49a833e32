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

/** What a selection says about one member. */
export interface MemberRule {
  counts: boolean;
  /** Name to report the value by; undefined: it is not reported. */
  reportAs: string | undefined;
  /** For the members of the value, where that is an object. */
  rules: MemberRules | undefined;
}

/** A selection made ready for many events. */
export class MemberRules {
  readonly #named: ReadonlyMap<string, MemberRule>;
  readonly #others: MemberRule;
  /** UTF-8 lengths of the named keys: most other keys need not be decoded to know that they are others. */
  readonly #lengths: ReadonlySet<number>;

  constructor({ only, omit = [], members = {}, report = [] }: Selection) {
    const keys = new Set([...(only ?? []), ...omit, ...Object.keys(members), ...report]);
    const ruleOf = (key: string): MemberRule => ({
      counts: only?.includes(key) !== false && !omit.includes(key),
      reportAs: report.includes(key) ? key : undefined,
      rules: Object.hasOwn(members, key) ? new MemberRules(members[key] as Selection) : undefined,
    });
    this.#named = new Map([...keys].map((key) => [key, ruleOf(key)]));
    this.#others = { counts: only === undefined, reportAs: undefined, rules: undefined };
    this.#lengths = new Set([...keys].map((key) => Buffer.byteLength(key)));
  }

  /** The rule for the key whose JSON text, quotes included, is `json` from `start` to `end`. */
  of(json: Buffer, start: number, end: number): MemberRule {
    const escaped = hasEscape(json, start, end);
    if (!escaped && !this.#lengths.has(end - start - 2)) return this.#others;
    const text = json.toString('utf8', start, end);
    return this.#named.get(escaped ? (JSON.parse(text) as string) : text.slice(1, -1)) ?? this.#others;
  }
}

const BACKSLASH = 0x5c;

function hasEscape(json: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (json[at] === BACKSLASH) return true;
  return false;
}
