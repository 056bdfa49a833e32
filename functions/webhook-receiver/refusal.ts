import type { FieldError } from '../../lib/platform/errors.ts';

/** Every way in which the receiver says no. The code is the end of the problem's `type` and the log's `reason`. */
const REFUSALS = {
  'not-found': { status: 404, title: 'No such route' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'body-too-large': { status: 413, title: 'Body too large' },
  unauthorized: { status: 401, title: 'Not authenticated' },
  'not-json': { status: 400, title: 'Body is not JSON' },
  'unknown-shape': { status: 400, title: 'Not a known kind of event' },
  'invalid-field': { status: 400, title: 'Event has missing or wrong fields' },
  'unknown-type': { status: 400, title: 'Event type is not routed' },
  'kind-not-allowed': { status: 400, title: 'Kind of event not taken on this route' },
  'schema-violation': { status: 422, title: "Event does not fit its topic's schema" },
  'schema-unavailable': { status: 503, title: 'Temporarily unavailable' },
  'secret-unavailable': { status: 503, title: 'Temporarily unavailable' },
  'queue-unavailable': { status: 503, title: 'Temporarily unavailable' },
  internal: { status: 500, title: 'Internal error' },
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** Ends a request with an answer other than 202. `detail` and `errors` are answered and quote no values. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: RefusalCode,
    detail: string,
    options: { errors?: readonly FieldError[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Refusal';
    this.code = code;
    this.status = REFUSALS[code].status;
    this.title = REFUSALS[code].title;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}
