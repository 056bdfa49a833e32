import { ConfigError, UnavailableError } from '../../lib/platform/errors.ts';
import { SchemaViolationError } from '../../lib/routing/schema-registry/registry.ts';
import type { SchemaCheck } from '../../lib/routing/schema-registry/schema-check.ts';
import { Refusal } from './refusal.ts';
import { RETRY_LATER } from './steps.ts';

/** What the schema step needs of the receiver. */
export interface SchemaDeps {
  routing: Readonly<Record<string, string>>;
  /** Undefined: there is no registry, and nothing is validated. */
  schemas: SchemaCheck | undefined;
}

/**
 * 422, naming path and rule; 503 when a schema is needed and none is to be had, so that CXone sends the event again. DNC events
 * have no topic and thus no schema. Resolves with what the router must know to write the value.
 */
export async function checkSchema(
  routingType: string | null,
  body: Uint8Array,
  deadlineMs: number,
  { routing, schemas }: SchemaDeps,
): Promise<{ avroSchemaId?: number }> {
  const topic = routingType === null ? undefined : routing[routingType];
  if (schemas === undefined || topic === undefined) return {};
  try {
    return await schemas.check(topic, body, deadlineMs);
  } catch (error) {
    if (error instanceof SchemaViolationError)
      throw new Refusal('schema-violation', error.message, { errors: error.errors });
    if (!(error instanceof UnavailableError || error instanceof ConfigError)) throw error;
    const options = { headers: RETRY_LATER, cause: error };
    throw new Refusal('schema-unavailable', 'the event cannot be validated at the moment; send it again', options);
  }
}
