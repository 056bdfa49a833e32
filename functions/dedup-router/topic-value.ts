import type { Envelope } from '../../lib/events/envelope.ts';
import { PoisonError } from '../../lib/platform/errors.ts';
import { jsonValue, type TopicValue } from '../../lib/routing/outgoing-record.ts';
import { CONFLUENT_AVRO_CONTENT_TYPE } from '../../lib/routing/schema-registry/avro-codec.ts';
import type { Deadlines } from './deadlines.ts';
import type { RouterDeps } from './deps.ts';

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
  if (avroValues === undefined)
    throw new PoisonError(
      'schema-registry-off',
      `validated by Avro schema ${avroSchemaId}, and schemaRegistry.url is null now; set it and redrive`,
    );
  const deadlineMs = Math.min(publishByMs, clock.nowMs() + SCHEMA_BUDGET_MS);
  return {
    bytes: await avroValues.encode(avroSchemaId, body, deadlineMs),
    contentType: CONFLUENT_AVRO_CONTENT_TYPE,
  };
}
