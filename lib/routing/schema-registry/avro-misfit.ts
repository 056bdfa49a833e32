/** A value does not fit its type. `path` leads to it; `rule` says what the schema wants there, without the value. */
export class AvroMisfit extends Error {
  readonly path: (string | number)[] = [];
  readonly rule: string;

  constructor(rule: string) {
    super(rule);
    this.rule = rule;
  }

  /** Called on the way out, innermost first. */
  under(segment: string | number): this {
    this.path.unshift(segment);
    return this;
  }
}
