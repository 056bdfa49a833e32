import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Few and small rounds, to see that it works; the figures are worth nothing. */
  short: boolean;
  /** Figures go into RESULTS.md, too, and pictures beside it. */
  write: boolean;
}

export interface BenchCall extends BenchOptions {
  names: string[];
}

/** `[--short | --write] [NAME …]`; no name: all of `known`. @throws Error that says what is wrong */
export function parseBenchCall(args: readonly string[], known: readonly string[]): BenchCall {
  const options = { short: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no such measurement: ${unknown.join(', ')}; there are ${known.join(', ')}`);
  if (values.short && values.write) throw new Error('--short figures are worth nothing: they are not written');
  return { ...values, names: positionals.length > 0 ? positionals : [...known] };
}
