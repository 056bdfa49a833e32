/**
 * Every error the relay makes on purpose. `code` is stable (dashboards and runbooks quote it), `retryable` says whether
 * time alone can heal it. The router parks an event for a PoisonError alone.
 */
export class RelayError extends Error {
  /** Spelt out, because the bundles' class names are shortened. */
  override readonly name: string = 'RelayError';
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
  }
}

/** A setting is missing or wrong. Thrown at synth or cold start; `setting` names what to change. */
export class ConfigError extends RelayError {
  override readonly name: string = 'ConfigError';
  readonly setting: string;
  /** What is wrong with it, without its name. */
  readonly reason: string;

  constructor(setting: string, reason: string, cause?: unknown) {
    super('config', `${setting}: ${reason}`, { retryable: false, cause });
    this.setting = setting;
    this.reason = reason;
  }
}

/** A neighbour (queue, table, broker, registry, CXone) cannot answer now. Time heals it. */
export class UnavailableError extends RelayError {
  override readonly name: string = 'UnavailableError';
  constructor(code: string, message: string, cause?: unknown) {
    super(code, message, { retryable: true, cause });
  }
}

/** The event itself can never succeed; `message` becomes the reason in the dead-letter queue. */
export class PoisonError extends RelayError {
  override readonly name: string = 'PoisonError';
  constructor(code: string, message: string, cause?: unknown) {
    super(code, message, { retryable: false, cause });
  }
}

/** One wrong field of an input: `path` in JSON-path style without the leading `$.`, empty for the whole. */
export interface FieldError {
  path: string;
  message: string;
}

/** Of a request to CXone: repeat what time can heal and what nobody foresaw; give up only what is known to be hopeless. */
export function outcomeOf(error: unknown): 'retry' | 'park' {
  return error instanceof RelayError && !error.retryable ? 'park' : 'retry';
}

/** `code` of a relay error, the class name of any other: short enough for a metric dimension or a log field. */
export function codeOf(error: unknown): string {
  if (error instanceof RelayError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
