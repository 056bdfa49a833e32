import type { Envelope } from '../../lib/events/envelope.ts';
import { PoisonError, UnavailableError } from '../../lib/platform/errors.ts';
import { jsonValue, type TopicValue } from '../../lib/routing/outgoing-record.ts';
import { CONFLUENT_AVRO_CONTENT_TYPE } from '../../lib/routing/schema-registry/avro-codec.ts';
import type { Deadlines } from './deadlines.ts';
import type { RouterDeps } from './deps.ts';

/** A deployment that sets the registry may update the receiver before this function: by then both know of it. */
const DEPLOYMENT_MS = 600_000;
/** A schema is asked for once in a process; the rest of the time belongs to Kafka. */
const SCHEMA_BUDGET_MS = 10_000;

/**
 * The body itself, or its Avro form where the receiver validated it by an Avro schema. PoisonError: it can never be written;
 * UnavailableError: the schema is not to be had now.
 */
export async function topicValueOf(
  { avroValues, clock }: Pick<RouterDeps, 'avroValues' | 'clock'>,
  envelope: Envelope,
  { publishByMs }: Deadlines,
): Promise<TopicValue> {
  const { avroSchemaId, body } = envelope;
  if (avroSchemaId === undefined) return jsonValue(envelope);
  if (avroValues === undefined) {
    const message = `validated by Avro schema ${avroSchemaId}, and schemaRegistry.url is null now; set it and redrive`;
    if (clock.nowMs() - envelope.receivedAtMs < DEPLOYMENT_MS)
      throw new UnavailableError('schema-registry-off', message);
    throw new PoisonError('schema-registry-off', message);
  }
  const deadlineMs = Math.min(publishByMs, clock.nowMs() + SCHEMA_BUDGET_MS);
  return {
    bytes: await avroValues.encode(avroSchemaId, body, deadlineMs),
    contentType: CONFLUENT_AVRO_CONTENT_TYPE,
  };
}
