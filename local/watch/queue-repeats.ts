/** How long an SQS FIFO queue drops what has the deduplication id (here: the eventId) of a message that it took. */
const DEDUPLICATION_MS = 5 * 60_000;

/**
 * Tells which accepted events the queue itself has dropped. What the queue answers to a repeat is no different, so its rule is
 * followed: five minutes from the send that it took; a repeat does not extend them. The times are those of the receiver's log
 * lines, a few milliseconds after the queue's own; only a repeat at that very edge can be told wrongly. Of a queue that
 * several relays share, the repeats that came to this one are known.
 */
export class QueueRepeats {
  /** When the queue took each event, the oldest first. */
  readonly #takenAtMs = new Map<string, number>();

  isRepeat(eventId: string, acceptedAtMs: number): boolean {
    for (const [oldest, takenAtMs] of this.#takenAtMs) {
      if (acceptedAtMs - takenAtMs < DEDUPLICATION_MS) break;
      this.#takenAtMs.delete(oldest);
    }
    if (this.#takenAtMs.has(eventId)) return true;
    this.#takenAtMs.set(eventId, acceptedAtMs);
    return false;
  }
}
