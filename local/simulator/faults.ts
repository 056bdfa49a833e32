import * as z from 'zod/mini';
import type { Answer } from './api.ts';

/**
 * A misbehaviour asked for by `POST /_sim/faults`.
 * - `status`: answers `status` (500) with `message`, executes nothing.
 * - `reset`: breaks the connection, executes nothing. `reset-after`: executes, then breaks it instead of answering.
 * - `timeout`: never answers, executes nothing. `late`: the same, but executes `delayMs` after the client gave up.
 * - `slow`: executes and answers after `delayMs`. `garbage`: 200 with HTML, executes nothing.
 */
export const faultSchema = z.strictObject({
  kind: z.enum(['status', 'reset', 'reset-after', 'timeout', 'late', 'slow', 'garbage']),
  /** `path` is the beginning of one; an absent field matches all. */
  match: z.optional(z.strictObject({ method: z.optional(z.string()), path: z.optional(z.string()) })),
  status: z.optional(z.int().check(z.minimum(200), z.maximum(599))),
  message: z.optional(z.string()),
  /** Seconds as text, or `date` (in 1 s) or `date:<seconds>` for the HTTP-date form. */
  retryAfter: z.optional(z.string()),
  delayMs: z.optional(z.number().check(z.nonnegative())),
  /** How often; default 1, or without end when `rate` is given. */
  times: z.optional(z.int().check(z.positive())),
  /** Share of the matching requests, 0 to 1. */
  rate: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
});
export type Fault = z.output<typeof faultSchema>;

interface ActiveFault {
  fault: Fault;
  left: number;
}

export interface FaultBoard {
  add(fault: Fault): void;
  clear(): void;
  list(): { fault: Fault; left: number | null }[];
  /** The first that matches and whose dice fall so; counted as used. */
  draw(method: string, path: string, random: () => number): Fault | undefined;
}

export function createFaultBoard(): FaultBoard {
  let active: ActiveFault[] = [];
  return {
    add(fault) {
      active.push({ fault, left: fault.times ?? (fault.rate === undefined ? 1 : Number.POSITIVE_INFINITY) });
    },
    clear() {
      active = [];
    },
    list: () => active.map(({ fault, left }) => ({ fault, left: Number.isFinite(left) ? left : null })),
    draw(method, path, random) {
      for (const entry of active) {
        if (!matches(entry.fault, method, path)) continue;
        if (entry.fault.rate !== undefined && random() >= entry.fault.rate) continue;
        entry.left -= 1;
        active = active.filter(({ left }) => left > 0);
        return entry.fault;
      }
      return undefined;
    },
  };
}

const matches = ({ match = {} }: Fault, method: string, path: string): boolean =>
  (match.method ?? method) === method && path.startsWith(match.path ?? '');

/** The answer of a `status` fault. */
export function statusAnswer({ status = 500, message, retryAfter }: Fault, nowMs: number): Answer {
  return {
    status,
    body: { message: message ?? `simulated ${status}` },
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfterHeader(retryAfter, nowMs) } }),
  };
}

function retryAfterHeader(retryAfter: string, nowMs: number): string {
  const date = /^date(?::(\d+))?$/.exec(retryAfter);
  return date ? new Date(nowMs + Number(date[1] ?? 1) * 1000).toUTCString() : retryAfter;
}
