import type { Clock } from '../../platform/clock.ts';
import { type AvroCodec, compileAvro } from './avro-codec.ts';
import { pauseAfter } from './failure-pause.ts';
import { loadReferences } from './references.ts';
import { createRefreshingCache } from './refreshing-cache.ts';
import type { SchemaRegistry } from './registry.ts';

/** Bodies as the values of Avro topics. */
export interface AvroValues {
  /**
   * The body in the Confluent wire format, by the schema that the receiver validated it by: what fitted then fits now, whatever
   * the subject's newest schema has become. Rejects with SchemaViolationError for a body that no receiver let in, and with
   * UnavailableError while the schema is not cached and the registry gives none by `deadlineMs` (epoch).
   */
  encode(schemaId: number, body: Uint8Array, deadlineMs: number): Promise<Buffer>;
}

/** What an id names never changes: one look-up an id and process. */
export function createAvroValues({ registry, clock }: { registry: SchemaRegistry; clock: Clock }): AvroValues {
  const codecs = createRefreshingCache<AvroCodec>({
    async load(key, deadlineMs) {
      const schema = await registry.byId(Number(key), deadlineMs);
      return compileAvro(schema, await loadReferences(registry, schema, deadlineMs));
    },
    ttlMs: Number.POSITIVE_INFINITY,
    pauseMs: pauseAfter,
    onStale: () => {}, // nothing is refreshed
    clock,
  });
  return {
    async encode(schemaId, body, deadlineMs) {
      const codec = await codecs.get(String(schemaId), deadlineMs);
      return codec(body);
    },
  };
}
