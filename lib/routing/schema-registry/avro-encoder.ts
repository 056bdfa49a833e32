import { isJsonObject } from '../../events/json.ts';
import { AvroMisfit } from './avro-misfit.ts';
import { writeEnum, writeFixed, writeFloating, writePlain } from './avro-scalars.ts';
import type { AvroField, AvroRecord, AvroType } from './avro-schema.ts';
import { AvroWriter } from './avro-writer.ts';

interface Encoding {
  writer: AvroWriter;
  /** What the schema cannot hold: members it does not declare, digits that a float drops. A union takes the branch of least loss. */
  loss: number;
  /** Left to visit; a body made to fit a recursive union in exponentially many ways must not cost that much. */
  visits: number;
}

/**
 * Ordinary JSON in Avro's binary encoding: no tagged unions, `bytes` and `fixed` as text of the characters U+0000 to U+00FF, a
 * missing member takes its default, or null where that is allowed; members that the schema does not declare are left out.
 * Integers may be bigint. @throws AvroMisfit; RangeError when `maxVisits` values, tries in unions included, were not enough
 */
export function encodeAvro(type: AvroType, value: unknown, maxVisits: number): Buffer {
  const encoding: Encoding = { writer: new AvroWriter(), loss: 0, visits: maxVisits };
  write(encoding, type, value);
  return encoding.writer.bytes();
}

function write(encoding: Encoding, type: AvroType, value: unknown): void {
  const { writer } = encoding;
  encoding.visits -= 1;
  if (encoding.visits < 0) throw new RangeError('the body fits the schema in too many ways to try');
  switch (type.kind) {
    case 'array':
      writeArray(encoding, type.items, value);
      break;
    case 'map':
      writeMap(encoding, type.values, value);
      break;
    case 'record':
      writeRecord(encoding, type, value);
      break;
    case 'union':
      writeUnion(encoding, type.branches, value);
      break;
    case 'enum':
      writeEnum(writer, type, value);
      break;
    case 'fixed':
      writeFixed(writer, type, value);
      break;
    case 'float':
    case 'double':
      if (!writeFloating(writer, type.kind, value)) encoding.loss += 1;
      break;
    default:
      writePlain(writer, type.kind, value);
  }
}

/** One block with all items, then the empty one that ends an array; nothing but the latter for none. */
function writeArray(encoding: Encoding, items: AvroType, value: unknown): void {
  if (!Array.isArray(value)) throw new AvroMisfit('must be an array');
  if (value.length > 0) encoding.writer.long(value.length);
  for (const [index, item] of value.entries()) within(index, () => write(encoding, items, item));
  encoding.writer.long(0);
}

function writeMap(encoding: Encoding, values: AvroType, value: unknown): void {
  if (!isJsonObject(value)) throw new AvroMisfit('must be an object (map)');
  const members = Object.entries(value);
  if (members.length > 0) encoding.writer.long(members.length);
  for (const [key, member] of members) {
    within(key, () => {
      write(encoding, { kind: 'string' }, key);
      write(encoding, values, member);
    });
  }
  encoding.writer.long(0);
}

function writeRecord(encoding: Encoding, { name, fields }: AvroRecord, value: unknown): void {
  if (!isJsonObject(value)) throw new AvroMisfit(`must be an object (${name})`);
  let taken = 0;
  for (const field of fields) {
    const given = Object.hasOwn(value, field.name);
    taken += Number(given);
    within(field.name, () => (given ? write(encoding, field.type, value[field.name]) : writeMissing(encoding, field)));
  }
  encoding.loss += Object.keys(value).length - taken;
}

function writeMissing(encoding: Encoding, { type, default: standIn }: AvroField): void {
  if (standIn === undefined && !mayFit(type, null)) throw new AvroMisfit('is missing');
  write(encoding, type, standIn === undefined ? null : standIn.json);
}

/** Of the branches that fit, the one that loses least; of equals the first. */
function writeUnion(encoding: Encoding, branches: readonly AvroType[], value: unknown): void {
  const { writer, loss: lossBefore } = encoding;
  const start = writer.length;
  const candidates = [...branches.entries()].filter(([, branch]) => mayFit(branch, value));
  let best: { bytes: Buffer; loss: number } | undefined;
  const misfits: AvroMisfit[] = [];
  for (const [index, branch] of candidates) {
    encoding.loss = 0;
    writer.truncate(start);
    try {
      writer.long(index);
      write(encoding, branch, value);
    } catch (error) {
      if (!(error instanceof AvroMisfit)) throw error;
      misfits.push(error);
      continue;
    }
    if (encoding.loss === 0) {
      encoding.loss = lossBefore;
      return;
    }
    if (best === undefined || encoding.loss < best.loss) best = { bytes: writer.bytes(start), loss: encoding.loss };
  }
  writer.truncate(start);
  if (best === undefined) throw unionMisfit(branches, misfits);
  writer.raw(best.bytes);
  encoding.loss = lossBefore + best.loss;
}

/** Where only one branch could have been meant, what was wrong with it says more. */
function unionMisfit(branches: readonly AvroType[], [only, ...more]: AvroMisfit[]): AvroMisfit {
  if (only !== undefined && more.length === 0) return only;
  return new AvroMisfit(
    `must be one of: ${branches.map((branch) => ('name' in branch ? branch.name : branch.kind)).join(', ')}`,
  );
}

/** By the JSON type alone, so that few branches are tried in vain. */
function mayFit(type: AvroType, value: unknown): boolean {
  switch (type.kind) {
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'int':
    case 'long':
    case 'float':
    case 'double':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'array':
      return Array.isArray(value);
    case 'map':
    case 'record':
      return isJsonObject(value);
    case 'union':
      return type.branches.some((branch) => mayFit(branch, value));
    default:
      return typeof value === 'string';
  }
}

function within(segment: string | number, step: () => void): void {
  try {
    step();
  } catch (error) {
    throw error instanceof AvroMisfit ? error.under(segment) : error;
  }
}
