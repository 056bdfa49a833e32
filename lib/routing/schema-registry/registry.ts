import { type FieldError, PoisonError, UnavailableError } from '../../platform/errors.ts';

/** A schema as a registry holds it. What an id names never changes. */
export interface RegisteredSchema {
  id: number;
  /** `AVRO`, `JSON`, `PROTOBUF`; an answer without it means AVRO (Confluent API). */
  type: string;
  text: string;
  references: readonly SchemaReference[];
}

/** Another subject's schema, known inside this one as `name`: an Avro full name, or what a JSON Schema's `$ref` says. */
export interface SchemaReference {
  name: string;
  subject: string;
  version: number;
}

/**
 * The part of Confluent's API that the relay uses (contract §3). Each call ends by `deadlineMs` (epoch), tries included, and
 * rejects with RegistryUnavailableError or RegistryRefusalError.
 */
export interface SchemaRegistry {
  /** The newest version of a subject. */
  latest(subject: string, deadlineMs: number): Promise<RegisteredSchema>;
  /** Any version of a subject. Its id, which such an answer has too, is not needed. */
  version(subject: string, version: number, deadlineMs: number): Promise<RegisteredSchema>;
  byId(id: number, deadlineMs: number): Promise<RegisteredSchema>;
  /** `POST /subjects/{subject}/validate`: resolves when the registry calls the body valid, else SchemaViolationError. */
  validate(subject: string, body: Uint8Array, deadlineMs: number): Promise<void>;
}

/** No answer, 429, 5xx, or something that is no registry's answer. */
export class RegistryUnavailableError extends UnavailableError {
  override readonly name: string = 'RegistryUnavailableError';
  /** How long the registry asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number, cause?: unknown) {
    super('schema-registry-unavailable', message, cause);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The registry answered, and said no (401, 403, 404, 422): it heals once somebody mends the registry or the stage file. */
export class RegistryRefusalError extends UnavailableError {
  override readonly name: string = 'RegistryRefusalError';
  readonly status: number;

  constructor(status: number, message: string) {
    super('schema-registry-refused', message);
    this.status = status;
  }
}

/** There is a schema, and the relay cannot work by it; it heals with the next version of the schema. */
export class UnusableSchemaError extends UnavailableError {
  override readonly name: string = 'UnusableSchemaError';

  constructor(message: string, cause?: unknown) {
    super('schema-unusable', message, cause);
  }
}

/** The schema refuses the body. Neither message nor `errors` quote its values: both are logged and answered. */
export class SchemaViolationError extends PoisonError {
  override readonly name: string = 'SchemaViolationError';
  readonly errors: readonly FieldError[];

  constructor(message: string, errors: readonly FieldError[]) {
    super('schema-violation', message);
    this.errors = errors;
  }
}
