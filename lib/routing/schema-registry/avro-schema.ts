import { isJsonObject, type JsonObject } from '../../events/json.ts';
import { UnusableSchemaError } from './registry.ts';

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
export type AvroPrimitive = (typeof PRIMITIVES)[number];

/** A parsed Avro schema (specification 1.12). Logical types count as what they are made of. */
export type AvroType =
  | { kind: AvroPrimitive }
  | { kind: 'fixed'; name: string; sizeBytes: number }
  | { kind: 'enum'; name: string; symbols: ReadonlyMap<string, number> }
  | { kind: 'array'; items: AvroType }
  | { kind: 'map'; values: AvroType }
  | { kind: 'union'; branches: AvroType[] }
  | AvroRecord;

/** `fields` is filled in after the record is known by name, for a record may hold itself. */
export interface AvroRecord {
  kind: 'record';
  name: string;
  fields: AvroField[];
}

export interface AvroField {
  name: string;
  type: AvroType;
  /** JSON of the default, where there is one. */
  default?: { json: unknown };
}

/** Types known by full name; parsing adds to it. A schema's references are parsed first, with the same names. */
export type AvroNames = Map<string, AvroType>;

/** @throws UnusableSchemaError saying what in the schema is no Avro */
export function parseAvroSchema(text: string, names: AvroNames): AvroType {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = text.trim(); // a registry may hold a primitive's bare name
  }
  return typeOf(json, '', names);
}

/** @param namespace of what encloses the type; names without a dot are in it */
function typeOf(schema: unknown, namespace: string, names: AvroNames): AvroType {
  if (typeof schema === 'string') return named(schema, namespace, names);
  if (Array.isArray(schema)) return { kind: 'union', branches: schema.map((each) => typeOf(each, namespace, names)) };
  if (!isJsonObject(schema)) throw new UnusableSchemaError(`an Avro type must be a name, a list or an object`);
  const { type } = schema;
  switch (type) {
    case 'record':
    case 'error':
      return recordOf(schema, namespace, names);
    case 'enum':
      return enumOf(schema, namespace, names);
    case 'fixed':
      return fixedOf(schema, namespace, names);
    case 'array':
      return { kind: 'array', items: typeOf(schema.items, namespace, names) };
    case 'map':
      return { kind: 'map', values: typeOf(schema.values, namespace, names) };
    default:
      return typeOf(type, namespace, names); // {"type": "long", "logicalType": …} and its like
  }
}

function named(name: string, namespace: string, names: AvroNames): AvroType {
  const known = names.get(name.includes('.') || namespace === '' ? name : `${namespace}.${name}`) ?? names.get(name);
  if (known) return known;
  const primitive = PRIMITIVES.find((each) => each === name);
  if (primitive === undefined) throw new UnusableSchemaError(`the Avro type ${JSON.stringify(name)} is not defined`);
  return { kind: primitive };
}

function recordOf(schema: JsonObject, enclosing: string, names: AvroNames): AvroRecord {
  const record: AvroRecord = { kind: 'record', name: fullName(schema, enclosing), fields: [] };
  define(record, names);
  if (!Array.isArray(schema.fields)) throw new UnusableSchemaError(`the Avro record ${record.name} has no fields`);
  for (const field of schema.fields) {
    if (!isJsonObject(field) || typeof field.name !== 'string')
      throw new UnusableSchemaError(`a field of the Avro record ${record.name} has no name`);
    const type = typeOf(field.type, namespaceOf(record.name), names);
    const standIn = Object.hasOwn(field, 'default') ? { default: { json: field.default } } : {};
    record.fields.push({ name: field.name, type, ...standIn });
  }
  return record;
}

function enumOf(schema: JsonObject, enclosing: string, names: AvroNames): AvroType {
  const name = fullName(schema, enclosing);
  const { symbols } = schema;
  if (!Array.isArray(symbols)) throw new UnusableSchemaError(`the Avro enum ${name} has no symbols`);
  return define(
    { kind: 'enum', name, symbols: new Map(symbols.map((symbol, index) => [String(symbol), index])) },
    names,
  );
}

function fixedOf(schema: JsonObject, enclosing: string, names: AvroNames): AvroType {
  const name = fullName(schema, enclosing);
  const { size } = schema;
  if (typeof size !== 'number') throw new UnusableSchemaError(`the Avro fixed ${name} has no size`);
  return define({ kind: 'fixed', name, sizeBytes: size }, names);
}

function define<T extends AvroType & { name: string }>(type: T, names: AvroNames): T {
  if (names.has(type.name)) throw new UnusableSchemaError(`the Avro type ${type.name} is defined twice`);
  names.set(type.name, type);
  return type;
}

function fullName({ name, namespace }: JsonObject, enclosing: string): string {
  if (typeof name !== 'string') throw new UnusableSchemaError('an Avro record, enum or fixed has no name');
  if (name.includes('.')) return name;
  const space = typeof namespace === 'string' ? namespace : enclosing;
  return space === '' ? name : `${space}.${name}`;
}

const namespaceOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));
