import { RelayError } from '../platform/errors.ts';

/** One call to CXone's API. Token, limiter, time-out, retries and the one forced renewal on 401 are the client's work. */
export interface CxoneRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the API's base URL, with its query; or an absolute URL of the same origin (`nextPage`). */
  path: string;
  /** Sent as application/json. */
  json?: unknown;
  headers?: Record<string, string>;
  /** What of it must never stand in an error's message, whatever CXone echoes. The token is kept out without being named. */
  secrets?: readonly string[];
  /** Of one try; default 30,000 (contract §4). */
  timeoutMs?: number;
  /** Tries in all for 429, 5xx, time-out and reset; default 3. */
  attempts?: number;
  /** No try begins, and no wait lasts, beyond this (epoch ms). */
  deadlineMs?: number;
}

export interface CxoneAnswer {
  status: number;
  headers: Headers;
  /** Parsed when JSON, text otherwise, undefined when empty. */
  body: unknown;
  /**
   * Earlier tries of this request that got no answer: CXone may still execute them after this one. Absent: none. Whoever
   * sends state that can change (a preference) waits them out before sending a newer one.
   */
  openTries?: number;
}

/** The port that the DNC adapters and the reconciler use. Resolves for 2xx; rejects with CxoneError for all else. */
export interface CxoneClient {
  request(request: CxoneRequest): Promise<CxoneAnswer>;
}

/**
 * - `refused`: 4xx other than those below; CXone understood and said no.
 * - `unauthorized`: 401 after the forced renewal, or the token call itself was refused.
 * - `forbidden`: 403; the message names the scope to add.
 * - `throttled`: 429 on the last try, or the limiter had no slot before the deadline; `retryAfterMs` where known.
 * - `failed`: 5xx on the last try, or no connection at all, or no token because OAuth or the token store is away.
 * - `unknown`: time-out or broken connection; CXone may have executed the request, or may still.
 * `openTries` counts the tries (also before a `failed`, `refused`, …) that CXone may still execute.
 */
export type CxoneFailure = 'refused' | 'unauthorized' | 'forbidden' | 'throttled' | 'failed' | 'unknown';

export class CxoneError extends RelayError {
  override readonly name = 'CxoneError';
  readonly failure: CxoneFailure;
  readonly status: number | undefined;
  readonly body: unknown;
  readonly retryAfterMs: number | undefined;
  readonly openTries: number;

  constructor(
    failure: CxoneFailure,
    message: string,
    details: { status?: number; body?: unknown; retryAfterMs?: number; openTries?: number; cause?: unknown } = {},
  ) {
    super(`cxone-${failure}`, message, { retryable: failure !== 'refused', cause: details.cause });
    this.failure = failure;
    this.status = details.status;
    this.body = details.body;
    this.retryAfterMs = details.retryAfterMs;
    this.openTries = details.openTries ?? 0;
  }
}
