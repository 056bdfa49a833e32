import { type FieldError, PoisonError } from '../platform/errors.ts';

/**
 * - `not-json`: not UTF-8, not JSON, or nested too deeply.
 * - `unknown-shape`: none of the four kinds.
 * - `invalid-field`: a field of a known kind is missing or wrong; `errors` names each.
 * - `unknown-type`: the routing table does not know its `actionType`/`eventType`.
 */
export type InvalidEventCode = 'not-json' | 'unknown-shape' | 'invalid-field' | 'unknown-type';

/** The body can never become an event. Answered with 400 at the door; behind the queue it is poison. */
export class InvalidEventError extends PoisonError {
  readonly reason: InvalidEventCode;
  readonly errors: readonly FieldError[];

  /** Neither `message` nor `errors` may quote values: both are logged and answered. */
  constructor(reason: InvalidEventCode, message: string, errors: readonly FieldError[] = []) {
    super(`event-${reason}`, message);
    this.reason = reason;
    this.errors = errors;
  }
}
