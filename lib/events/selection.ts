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
  /** Length and first byte of the named keys: hardly any other key needs to be decoded to know that it is one. */
  readonly #hallmarks: ReadonlySet<number>;

  constructor({ only, omit = [], members = {}, report = [] }: Selection) {
    const keys = new Set([...(only ?? []), ...omit, ...Object.keys(members), ...report]);
    const ruleOf = (key: string): MemberRule => ({
      counts: only?.includes(key) !== false && !omit.includes(key),
      reportAs: report.includes(key) ? key : undefined,
      rules: Object.hasOwn(members, key) ? new MemberRules(members[key] as Selection) : undefined,
    });
    this.#named = new Map([...keys].map((key) => [key, ruleOf(key)]));
    this.#others = { counts: only === undefined, reportAs: undefined, rules: undefined };
    this.#hallmarks = new Set(
      [...keys].map((key) => hallmarkOf(Buffer.from(`"${key}"`), 0, Buffer.byteLength(key) + 2)),
    );
  }

  /** The rule for the key whose JSON text, quotes included, is `json` from `start` to `end`. */
  of(json: Buffer, start: number, end: number): MemberRule {
    const escaped = hasEscape(json, start, end);
    if (!escaped && !this.#hallmarks.has(hallmarkOf(json, start, end))) return this.#others;
    const text = json.toString('utf8', start, end);
    return this.#named.get(escaped ? (JSON.parse(text) as string) : text.slice(1, -1)) ?? this.#others;
  }
}

const hallmarkOf = (json: Buffer, start: number, end: number): number =>
  (end - start) * 256 + (json[start + 1] as number);

const BACKSLASH = 0x5c;

function hasEscape(json: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (json[at] === BACKSLASH) return true;
  return false;
}
