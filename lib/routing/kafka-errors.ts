import { messageOf, RelayError, UnavailableError } from '../platform/errors.ts';
import { RecordRefusedError } from './sink.ts';

/**
 * What the broker says about a record itself. Size limits count a partition's whole batch, so the refusal of several records
 * may end when each goes alone. INVALID_TIMESTAMP stays: the time of receipt only gets older.
 */
const REFUSED = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);

/** Not the record's fault, and an operator can heal them: `code` tells which, the events wait for 13 days. */
const HEALABLE: Record<string, string> = {
  TOPIC_AUTHORIZATION_FAILED: 'kafka-authorization',
  CLUSTER_AUTHORIZATION_FAILED: 'kafka-authorization',
  SASL_AUTHENTICATION_FAILED: 'kafka-authentication',
  UNSUPPORTED_SASL_MECHANISM: 'kafka-authentication',
  KafkaJSSASLAuthenticationError: 'kafka-authentication',
  UNKNOWN_TOPIC_OR_PARTITION: 'kafka-unknown-topic',
  INVALID_TOPIC_EXCEPTION: 'kafka-unknown-topic',
};

/**
 * A failure of kafkajs as the router understands it: RecordRefusedError for what the broker will never take, a retryable
 * UnavailableError for everything else (broker away, no leader, time-outs, unknown errors): parking by mistake costs more
 * than trying again.
 */
export function toSinkError(topic: string, error: unknown): RelayError {
  if (error instanceof RelayError) return error;
  const names = causes(error).flatMap(namesOf);
  const refusal = names.find((name) => REFUSED.has(name));
  if (refusal !== undefined) {
    return new RecordRefusedError(`topic ${topic} refuses the record: ${refusal}, ${messageOf(error)}`, error);
  }
  const code = names.map((name) => HEALABLE[name]).find((found) => found !== undefined) ?? 'kafka-unavailable';
  return new UnavailableError(code, `topic ${topic} could not be written: ${messageOf(error)}`, error);
}

/**
 * Whether a broker said so, of a topic and not of a record, so that other topics may do: no right, no such name, no leader,
 * too few replicas. False where no broker could be asked.
 */
export function isBrokersAnswer(error: unknown): boolean {
  const names = causes(error).flatMap(namesOf);
  return causes(error).some((cause) => 'type' in cause) && !names.some((name) => REFUSED.has(name));
}

/** kafkajs wraps: the error, its cause, that one's cause. */
function causes(error: unknown): Error[] {
  const found: Error[] = [];
  for (let at = error; at instanceof Error && !found.includes(at); at = at.cause) found.push(at);
  return found;
}

function namesOf(error: Error): string[] {
  return 'type' in error && typeof error.type === 'string' ? [error.type, error.name] : [error.name];
}
