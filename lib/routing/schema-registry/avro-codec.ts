import { messageOf } from '../../platform/errors.ts';
import { encodeAvro } from './avro-encoder.ts';
import { AvroMisfit } from './avro-misfit.ts';
import { type AvroNames, parseAvroSchema } from './avro-schema.ts';
import { parseExactJson } from './exact-json.ts';
import type { NamedSchema } from './references.ts';
import { type RegisteredSchema, SchemaViolationError, UnusableSchemaError } from './registry.ts';

/** A JSON body in the Confluent wire format: magic 0, the schema's id in four bytes, the value. @throws SchemaViolationError */
export type AvroCodec = (body: Uint8Array) => Buffer;

const MAGIC = 0;
const HEADER_BYTES = 5;

/**
 * A value takes two bytes of JSON at least, and one try or two where nothing is ambiguous; the rest is for members that take
 * their defaults.
 */
const VISITS_PER_BYTE = 8;
const VISITS_AT_LEAST = 100_000;

/** Content type of such a value. Not `avro/binary`: who read it from its first byte would read rubbish. */
export const CONFLUENT_AVRO_CONTENT_TYPE = 'application/vnd.confluent.avro';

/** @param references in an order in which each comes after what it needs itself. @throws UnusableSchemaError */
export function compileAvro(schema: RegisteredSchema, references: readonly NamedSchema[]): AvroCodec {
  const names: AvroNames = new Map();
  for (const { schema: referenced } of references) parseAvroSchema(referenced.text, names);
  const type = parseAvroSchema(schema.text, names);
  checkDefaults(names);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(MAGIC, 0);
  header.writeUInt32BE(schema.id, 1);
  return (body) => {
    try {
      const maxVisits = VISITS_AT_LEAST + VISITS_PER_BYTE * body.length;
      return Buffer.concat([header, encodeAvro(type, parseExactJson(body), maxVisits)]);
    } catch (error) {
      throw violationOf(error, schema.id);
    }
  };
}

/** Here and not when the first event lacks the field: a default that does not fit is the schema's fault. */
function checkDefaults(names: AvroNames): void {
  for (const record of names.values()) {
    if (record.kind !== 'record') continue;
    for (const { name, type, default: standIn } of record.fields) {
      try {
        if (standIn) encodeAvro(type, standIn.json, VISITS_AT_LEAST);
      } catch (error) {
        throw new UnusableSchemaError(
          `the default of ${record.name}.${name} cannot be written: ${messageOf(error)}`,
          error,
        );
      }
    }
  }
}

function violationOf(error: unknown, schemaId: number): unknown {
  const message = `the body does not fit its topic's schema (Avro, id ${schemaId})`;
  if (error instanceof AvroMisfit)
    return new SchemaViolationError(message, [{ path: error.path.join('.'), message: error.rule }]);
  if (error instanceof RangeError) return new SchemaViolationError(message, [{ path: '', message: messageOf(error) }]);
  return error;
}
