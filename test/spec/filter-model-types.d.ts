/** What the tests use of the executable specification. */
declare module '*/filter-model.mjs' {
  export interface Message {
    id: number;
    key: string;
    group: string;
    /** Receipt, epoch ms. */
    r: number;
    at: number;
    state: string;
    visibleAt: number;
  }
  export interface ScriptReply {
    verdicts: Record<string, 'new' | 'maybe'>;
    gens: Record<string, { stamp?: string; adds: number }>;
  }
  export interface RecordItem {
    sinceMs: number;
    listed: Record<string, string>;
  }
  export type Op = { op: string } & Record<string, unknown>;
  export interface Router {
    name: string;
    off: boolean;
    run: unknown;
    batch: Message[];
    seen: Record<string, { stamp: string; adds: number }>;
    pending: { op: Op; result?: unknown }[];
    history: unknown[];
    now(): number;
    fresh(): string;
    stat(believed: number, asked: number): void;
  }
  export interface Scenario {
    redrive?: boolean;
    messages: Omit<Message, 'id' | 'state' | 'visibleAt'>[];
    skews: number[];
  }
  export interface TinyScope extends Scenario {
    budget: number;
    f: Record<string, number>;
  }
  export type Rules = Record<string, boolean | number | string>;
  export type Protocol = (router: Router, batch: Message[], rules: Rules) => unknown;
  export class Violation extends Error {
    kind: string;
    constructor(kind: string, text: string);
  }
  export class World {
    constructor(scenario: Scenario, rules: Rules, protocol?: Protocol);
    now: number;
    msgs: Message[];
    routers: Router[];
    redis: { up: boolean; keys: unknown; old: unknown[] };
    record: RecordItem | null;
    ledger: unknown;
    late: unknown[];
    published: { m: Message; batch: Message[]; committed: boolean }[];
    keepOld?: boolean;
    stats: { believed: number; asked: number; damaged: number; falseAlarms: number };
    free(): Message[];
    take(router: Router, messages: Message[]): void;
    resume(router: Router, results?: unknown[]): void;
    crash(router: Router): void;
  }
  export const ERR: 'error';
  export const RULES: Rules;
  export const SCOPES: Record<string, TinyScope>;
  export function rng(seed: number): () => number;
  export function scenario(rand: () => number, options?: { redrive?: boolean }): Scenario;
  export function weightsOf(
    rand: () => number,
    options: { rollback?: boolean; off?: boolean },
  ): Record<string, number> & { rollback: number };
  export function enabled(
    world: World,
    weights: Record<string, number | undefined>,
    budget: number,
  ): [string, number][];
  export function apply(world: World, action: string): boolean;
  export function run(seed: number, rules: Rules, options?: object): World;
  export function exhaustive(
    scope: TinyScope,
    rules: Rules,
    options?: object,
  ): { states: number; cut?: boolean } | Violation;
}
