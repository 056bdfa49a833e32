import type { Clock } from '../platform/clock.ts';
import { UnavailableError } from '../platform/errors.ts';
import { beforeDeadline } from './kafka-deadline.ts';
import type { KafkaProducer } from './kafka-producer.ts';

export interface ProducerSlotSettings {
  open: () => KafkaProducer;
  clock: Clock;
  /** A producer unused for longer is replaced. */
  maxIdleMs: number;
  /** The longest that an orderly end may take. */
  endWithinMs: number;
}

/** Holds one producer at a time, opened when there is something to send, and a new one after any failure. */
export interface ProducerSlot {
  /**
   * Side by side with others. Rejects with what `work` rejects with, or with `kafka-deadline` at `deadlineMs` (epoch); `work` then
   * sees `abandoned` aborted, and its producer is retired.
   */
  use(deadlineMs: number, work: (producer: KafkaProducer, abandoned: AbortSignal) => Promise<void>): Promise<void>;
  /** Resolves when a retired producer, if there is one, can write nothing any more. */
  quiet(): Promise<void>;
  /** Waits for what is under way; refuses everything after. Never rejects. */
  close(): Promise<void>;
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
export function createProducerSlot({ open, clock, maxIdleMs, endWithinMs }: ProducerSlotSettings): ProducerSlot {
  let current: Generation | undefined;
  let closed = false;

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
      producer: open(),
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
    async use(deadlineMs, work) {
      const generation = await acquire(deadlineMs);
      const abandoned = new AbortController();
      try {
        await beforeDeadline(clock, deadlineMs, work(generation.producer, abandoned.signal));
      } catch (cause) {
        generation.retired = true;
        abandoned.abort(cause);
        throw cause;
      } finally {
        release(generation);
      }
    },
    quiet: () => (current?.retired ? current.ended.promise : Promise.resolve()),
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
      await beforeDeadline(clock, clock.nowMs() + endWithinMs, last.producer.disconnect()).catch(() => {
        last.producer.cut(); // nothing is under way: an orderly end is a courtesy to the broker
      });
    },
  };
}
