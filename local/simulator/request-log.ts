import type { IncomingHttpHeaders } from 'node:http';
import { isObject } from './api.ts';

/** One request as a test may look at it; secrets and tokens are blanked. */
export interface LoggedRequest {
  seq: number;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: unknown;
  receivedAtMs: number;
  /** Null: not (yet) executed. */
  executedAtMs: number | null;
  /** Null: not (yet) answered. */
  answeredAtMs: number | null;
  status: number | null;
  /** The answer's `Retry-After`, seconds or a date, so that a test can check that it was honoured. */
  retryAfter: string | null;
  /** Kind of the fault that hit it. */
  fault: string | null;
}

const MAX_ENTRIES = 50_000;
const SECRET_FIELDS = new Set(['client_secret', 'accessKeySecret', 'secret']);

export interface RequestLog {
  add(entry: Omit<LoggedRequest, 'executedAtMs' | 'answeredAtMs' | 'status' | 'retryAfter' | 'fault'>): LoggedRequest;
  list(): LoggedRequest[];
  clear(): void;
}

/** The last 50,000 requests. */
export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  return {
    add(entry) {
      const logged = { ...entry, executedAtMs: null, answeredAtMs: null, status: null, retryAfter: null, fault: null };
      entries.push(logged);
      if (entries.length > MAX_ENTRIES) entries = entries.slice(-MAX_ENTRIES / 2);
      return logged;
    },
    list: () => entries,
    clear() {
      entries = [];
    },
  };
}

export function blankHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const blanked: Record<string, string> = {};
  for (const [name, value = ''] of Object.entries(headers)) blanked[name] = String(value);
  if (blanked.authorization !== undefined) blanked.authorization = blanked.authorization.replace(/ .*$/, ' ***');
  return blanked;
}

export function blankBody(body: unknown): unknown {
  if (typeof body === 'string') return body.replace(/(client_secret=)[^&]*/, '$1***');
  if (!isObject(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, SECRET_FIELDS.has(name) ? '***' : value]),
  );
}
