import type { IncomingHttpHeaders } from 'node:http';
import type { SimulatorState } from './state.ts';

/** One request after it has been read. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** JSON where it is JSON, a string otherwise, undefined when empty. */
  body: unknown;
  rawBody: string;
  /** Named groups of the route's path. */
  params: Record<string, string>;
  /** Of the simulator's own address, for `nextPage` URLs. */
  origin: string;
  seq: number;
  nowMs: number;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  method: string;
  path: RegExp;
  /** Scope the token must hold; null: no token asked for. */
  scope: string | null;
  handle: (call: Call, state: SimulatorState) => Answer;
}

export const answer = (status: number, body?: unknown): Answer => ({ status, body });
export const refuse = (status: number, message: string, extra: Record<string, unknown> = {}): Answer => ({
  status,
  body: { message, ...extra },
});

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function violate(state: SimulatorState, call: Call, rule: string, detail: string): void {
  state.violations.push({ rule, detail, seq: call.seq });
}
