import { type Clock, systemClock } from '../platform/clock.ts';
import { UnavailableError } from '../platform/errors.ts';
import { beforeDeadline, deadlinePassed } from './kafka-deadline.ts';
import { isBrokersAnswer, toSinkError } from './kafka-errors.ts';
import { createKafkaPartitions } from './kafka-partitions.ts';
import { type KafkaProducerSettings, openKafkaProducer } from './kafka-producer.ts';
import { createProducerSlot, type ProducerSlot } from './kafka-producer-slot.ts';
import type { OnConfirmed, OutgoingRecord, TopicSink } from './sink.ts';

export interface KafkaSinkSettings
  extends Omit<KafkaProducerSettings, 'clock' | 'requestTimeoutMs' | 'renewCredentials' | 'partitions'> {
  clock?: Clock;
  /** Default 5 s: an answer that takes longer is asked for again, under the same sequence number. */
  requestTimeoutMs?: number;
  /** Default 4 min: a producer unused for longer is replaced; balancers and NAT forget a connection after 350 s. */
  maxIdleMs?: number;
  /** Default 900,000: records beyond it go in a further request; brokers limit a partition's batch to about 1 MiB. */
  maxRequestBytes?: number;
}

/** The producer of one topic alone; it may begin once the one that failed it can write nothing any more. */
interface TopicApart {
  slot: ProducerSlot;
  mayBegin: Promise<void>;
}

/**
 * Topics on Kafka: acks all, idempotent, one producer for all topics, kept across invocations while healthy (see
 * `createProducerSlot` for one that is not).
 *
 * Sends of one topic wait for one another: of two at a time, kafkajs 2.2.4 gives the second the sequence numbers of the first when
 * that has to be repeated, and the broker drops it as a duplicate.
 *
 * **A topic that a broker has complained of gets a producer to itself until a send succeeds**: kafkajs asks for the metadata of
 * all topics of a producer at once, and one without ACL, name or leader fails them all.
 */
export function createKafkaSink(settings: KafkaSinkSettings): TopicSink {
  const { clock = systemClock, requestTimeoutMs = 5_000, maxIdleMs = 240_000, maxRequestBytes = 900_000 } = settings;
  const partitions = createKafkaPartitions();
  const inTurn = createTurns(clock);
  let renewCredentials = false;
  let closed = false;
  const open = () => openKafkaProducer({ ...settings, clock, requestTimeoutMs, renewCredentials, partitions });
  const newSlot = () => createProducerSlot({ open, clock, maxIdleMs, endWithinMs: requestTimeoutMs });
  const shared = newSlot();
  const apart = new Map<string, TopicApart>();

  const sendNow = async (
    topic: string,
    records: readonly OutgoingRecord[],
    deadlineMs: number,
    onConfirmed: OnConfirmed,
  ): Promise<void> => {
    if (closed) throw new UnavailableError('kafka-closed', 'the Kafka sink has been closed');
    const own = apart.get(topic);
    const { slot } = own ?? { slot: shared };
    try {
      if (own) await beforeDeadline(clock, deadlineMs, own.mayBegin);
      await slot.use(deadlineMs, async (producer, abandoned) => {
        for (const request of inRequests(records, maxRequestBytes)) {
          abandoned.throwIfAborted();
          await producer.send(topic, request, (confirmed) => {
            if (!abandoned.aborted) onConfirmed(confirmed);
          });
        }
      });
      renewCredentials = false;
    } catch (cause) {
      if (!own && isBrokersAnswer(cause)) apart.set(topic, { slot: newSlot(), mayBegin: shared.quiet() });
      const error = toSinkError(topic, cause);
      renewCredentials = error.code === 'kafka-authentication';
      throw error;
    }
    if (own) {
      apart.delete(topic);
      void own.slot.close(); // never rejects, and the batch has no time to wait for a courtesy
    }
  };

  return {
    async send(topic, records, deadlineMs, onConfirmed = () => undefined) {
      if (records.length === 0) return;
      if (clock.nowMs() >= deadlineMs) throw deadlinePassed();
      await inTurn(topic, deadlineMs, () => sendNow(topic, records, deadlineMs, onConfirmed));
    },
    async close() {
      closed = true;
      await Promise.all([shared, ...[...apart.values()].map(({ slot }) => slot)].map((slot) => slot.close()));
    },
  };
}

/** Steps of one name one after another; one whose deadline passes while it waits is not begun, and rejects. */
function createTurns(clock: Clock) {
  const last = new Map<string, Promise<void>>();
  return async (name: string, deadlineMs: number, step: () => Promise<void>): Promise<void> => {
    const before = last.get(name);
    const turn = before === undefined ? step() : beforeDeadline(clock, deadlineMs, before).then(step);
    last.set(
      name,
      Promise.allSettled([before, turn]).then(() => undefined),
    );
    await turn;
  };
}

/** Consecutive records, together at most `maxBytes` of values; a larger one goes alone. */
function inRequests(records: readonly OutgoingRecord[], maxBytes: number): OutgoingRecord[][] {
  const requests: OutgoingRecord[][] = [];
  let sizeBytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    sizeBytes += record.value.byteLength;
    if (sizeBytes > maxBytes) {
      requests.push([record]);
      sizeBytes = record.value.byteLength;
    } else requests.at(-1)?.push(record);
  }
  return requests;
}
