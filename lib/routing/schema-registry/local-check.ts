import { parseJson } from '../../events/json.ts';
import type { Clock } from '../../platform/clock.ts';
import { codeOf, messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/logging.ts';
import { compileAvro } from './avro-codec.ts';
import { pauseAfter } from './failure-pause.ts';
import { compileJsonSchema } from './json-schema.ts';
import { loadReferences } from './references.ts';
import { createRefreshingCache } from './refreshing-cache.ts';
import { type RegisteredSchema, type SchemaRegistry, UnusableSchemaError } from './registry.ts';
import { type SchemaCheck, type Subjects, subjectOf } from './schema-check.ts';

export interface LocalCheckSettings {
  registry: SchemaRegistry;
  subjects: Subjects;
  /** Age from which a subject's schema is looked up anew, in the background. */
  refreshMs: number;
  clock: Clock;
  log: Log;
}

/** A schema made ready. `avroSchemaId` where the value is to be written by it. */
interface Compiled {
  id: number;
  check: (body: Uint8Array) => void;
  avroSchemaId?: number;
}

/**
 * Mode `local`: the newest schema of the subject, compiled once per id and kept. A registry that is away, throttles, has lost
 * the subject or brings a schema that cannot be used stops nothing that has been validated before by this process.
 */
export function createLocalCheck({ registry, subjects, refreshMs, clock, log }: LocalCheckSettings): SchemaCheck {
  const newest = new Map<string, Compiled>();
  const cache = createRefreshingCache<Compiled>({
    async load(subject, deadlineMs) {
      const schema = await registry.latest(subject, deadlineMs);
      const known = newest.get(subject);
      if (known?.id === schema.id) return known;
      const compiled = await compile(registry, schema, deadlineMs);
      newest.set(subject, compiled);
      log.info('schema loaded', { subject, schemaId: schema.id, schemaType: schema.type });
      return compiled;
    },
    ttlMs: refreshMs,
    pauseMs: pauseAfter,
    onStale: (subject, error) =>
      log.warn('schema not refreshed; the cached one serves on', {
        subject,
        reason: codeOf(error),
        error: messageOf(error),
      }),
    clock,
  });
  return {
    async check(topic, body, deadlineMs) {
      const subject = subjectOf(subjects, topic);
      if (subject === undefined) return {};
      const { check, avroSchemaId } = await cache.get(subject, deadlineMs);
      check(body);
      return avroSchemaId === undefined ? {} : { avroSchemaId };
    },
    settled: (ms) => cache.settled(ms),
  };
}

async function compile(registry: SchemaRegistry, schema: RegisteredSchema, deadlineMs: number): Promise<Compiled> {
  const { id, type } = schema;
  if (type !== 'AVRO' && type !== 'JSON')
    throw new UnusableSchemaError(`schema ${id} is of type ${type}; the relay validates by AVRO and JSON`);
  const references = await loadReferences(registry, schema, deadlineMs);
  if (type === 'AVRO') return { id, check: compileAvro(schema, references), avroSchemaId: id };
  const check = await compileJsonSchema(schema, references);
  return { id, check: (body) => check(parseJson(body)) };
}
