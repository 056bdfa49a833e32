import { RelayError } from '../platform/errors.ts';

/** One call to CXone's API. Token, limiter, time-out, retries and the one forced renewal on 401 are the client's work. */
export interface CxoneRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the API's base URL, with its query; or an absolute URL of the same origin (`nextPage`). */
  path: string;
  /** Sent as application/json. */
  json?: unknown;
  headers?: Record<string, string>;
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
}

/** The port that the DNC adapters and the reconciler use. Resolves for 2xx; rejects with CxoneError for all else. */
export interface CxoneClient {
  request(request: CxoneRequest): Promise<CxoneAnswer>;
}

/**
 * - `refused`: 4xx other than those below; CXone understood and said no.
 * - `unauthorized`: 401 after the forced renewal, or the token call itself was refused.
 * - `forbidden`: 403; the message names the scope to add.
 * - `throttled`: 429 on the last try; `retryAfterMs` where it said so.
 * - `failed`: 5xx on the last try.
 * - `unknown`: time-out or broken connection; CXone may have executed the request, or may still.
 */
export type CxoneFailure = 'refused' | 'unauthorized' | 'forbidden' | 'throttled' | 'failed' | 'unknown';

export class CxoneError extends RelayError {
  readonly failure: CxoneFailure;
  readonly status: number | undefined;
  readonly body: unknown;
  readonly retryAfterMs: number | undefined;

  constructor(
    failure: CxoneFailure,
    message: string,
    details: { status?: number; body?: unknown; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(`cxone-${failure}`, message, { retryable: failure !== 'refused', cause: details.cause });
    this.failure = failure;
    this.status = details.status;
    this.body = details.body;
    this.retryAfterMs = details.retryAfterMs;
  }
}
