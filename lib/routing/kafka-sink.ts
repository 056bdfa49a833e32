import { type Clock, systemClock } from '../platform/clock.ts';
import { UnavailableError } from '../platform/errors.ts';
import { toSinkError } from './kafka-errors.ts';
import { createKafkaPartitions } from './kafka-partitions.ts';
import { type KafkaProducer, type KafkaProducerSettings, openKafkaProducer } from './kafka-producer.ts';
import type { OutgoingRecord, TopicSink } from './sink.ts';

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

/** A producer with the number of sends that are using it. `ended` resolves when, once retired, the last of them is over. */
interface Generation {
  producer: KafkaProducer;
  running: number;
  retired: boolean;
  lastUsedMs: number;
  ended: PromiseWithResolvers<void>;
}

/**
 * Topics on Kafka: acks all, idempotent, one producer for all topics, kept across invocations while healthy.
 *
 * **After any failed or abandoned send the producer is retired**: it takes no new send, its connections are reset as soon as
 * its last running send has ended (at its deadline at the latest), and only then a new one, with a new producer id, is made.
 * kafkajs 2.2.4 counts its sequence numbers back when a request fails, whether or not the broker has appended it; the next
 * records of that partition would come under numbers that the broker has seen, be answered as duplicates, and vanish.
 *
 * What a retired producer may still do:
 *
 *     send 1   ──request──▶ (deadline)  reset │                    nothing leaves this process any more
 *     broker          received, waiting ──────┼──?── append        only what it had received in full by then
 *     send 2                                  └▶ connect, handshake, producer id, request ──▶ append
 *
 * A request that the broker had received in full before the reset may be appended after that. For it to come after send 2's,
 * a request thread of the leader must stand still between taking it from the queue and appending it, for as long as
 * the new connection needs for three or more requests through that same queue: some milliseconds of one stalled thread.
 * No plain producer can close that window (transactions could). What it can do is bounded: whoever had send 1 fail sends the
 * same records again before any later one of their keys, and the broker appends a request's records of a partition together. A
 * late append therefore repeats records, at worst behind younger ones; first occurrences stay in order and none is lost.
 */
export function createKafkaSink(settings: KafkaSinkSettings): TopicSink {
  const { clock = systemClock, requestTimeoutMs = 5_000, maxIdleMs = 240_000, maxRequestBytes = 900_000 } = settings;
  const partitions = createKafkaPartitions();
  let current: Generation | undefined;
  let closed = false;
  let renewCredentials = false;

  const discard = (generation: Generation): void => {
    generation.producer.cut();
    if (current === generation) current = undefined;
    generation.ended.resolve();
  };

  /** The producer in use, or a new one once a retired one is gone. Everything after the wait is synchronous: no one is between. */
  const acquire = async (deadlineMs: number): Promise<Generation> => {
    while (current?.retired) await beforeDeadline(clock, deadlineMs, current.ended.promise);
    if (closed) throw new UnavailableError('kafka-closed', 'the Kafka sink has been closed');
    if (current && current.running === 0 && clock.nowMs() - current.lastUsedMs > maxIdleMs) discard(current);
    current ??= {
      producer: openKafkaProducer({ ...settings, clock, requestTimeoutMs, renewCredentials, partitions }),
      running: 0,
      retired: false,
      lastUsedMs: clock.nowMs(),
      ended: Promise.withResolvers(),
    };
    current.running++;
    return current;
  };

  const release = (generation: Generation): void => {
    generation.running--;
    generation.lastUsedMs = clock.nowMs();
    if (generation.retired && generation.running === 0) discard(generation);
  };

  return {
    async send(topic, records, deadlineMs) {
      if (records.length === 0) return;
      if (clock.nowMs() >= deadlineMs) throw deadlinePassed();
      const generation = await acquire(deadlineMs);
      const abandoned = new AbortController();
      try {
        const requests = inRequests(records, maxRequestBytes);
        await beforeDeadline(clock, deadlineMs, sendAll(generation.producer, topic, requests, abandoned.signal));
        renewCredentials = false;
      } catch (cause) {
        generation.retired = true;
        abandoned.abort(cause);
        const error = toSinkError(topic, cause);
        renewCredentials = error.code === 'kafka-authentication';
        throw error;
      } finally {
        release(generation);
      }
    },
    async close() {
      closed = true;
      const last = current;
      if (!last) return;
      if (last.running > 0) {
        last.retired = true;
        await last.ended.promise;
        return;
      }
      current = undefined;
      await beforeDeadline(clock, clock.nowMs() + requestTimeoutMs, last.producer.disconnect()).catch(() => {
        last.producer.cut(); // nothing is under way: an orderly end is a courtesy to the broker
      });
    },
  };
}

/** One request after another; none is begun once the send has been given up. */
async function sendAll(
  producer: KafkaProducer,
  topic: string,
  requests: readonly OutgoingRecord[][],
  abandoned: AbortSignal,
): Promise<void> {
  for (const request of requests) {
    abandoned.throwIfAborted();
    await producer.send(topic, request);
  }
}

function deadlinePassed(): UnavailableError {
  return new UnavailableError('kafka-deadline', 'the deadline passed before the brokers had confirmed');
}

/** Rejects with `kafka-deadline` at `deadlineMs`, at once when that has passed; `work` itself goes on. */
async function beforeDeadline<T>(clock: Clock, deadlineMs: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const deadline = clock.sleep(Math.max(0, deadlineMs - clock.nowMs()), timer.signal).then(() => {
    throw deadlinePassed();
  });
  work.catch(() => undefined);
  deadline.catch(() => undefined);
  try {
    return await Promise.race([work, deadline]);
  } finally {
    timer.abort(new Error('no longer waited for'));
  }
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
