import type { DeadLetter, DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';

export interface HoldOptions {
  signal: AbortSignal;
  onProgress(held: number): void;
  /** Message ids of those that have been looked at; grows. */
  seen: Set<string>;
  bounds?: HoldBounds;
}

export interface HoldBounds {
  messages: number;
  bodyBytes: number;
}

/** What is held at a time fits into memory, and into SQS's limit of messages in flight. */
const HOLD_BOUNDS: HoldBounds = { messages: 10_000, bodyBytes: 256 * 1_048_576 };

/**
 * Receives into `held`, holding on to what it has got, until nothing new comes, the bound is reached or `signal` aborts: the
 * only way to look through a queue of SQS. Whatever happens, the caller has to release what it leaves in the queue.
 * Answers whether there may be more.
 */
export async function holdLetters(queue: DeadLetterQueue, held: DeadLetter[], options: HoldOptions): Promise<boolean> {
  const { signal, onProgress, seen, bounds = HOLD_BOUNDS } = options;
  const before = held.length;
  let bodyBytes = 0;
  while (!signal.aborted) {
    const received = await queue.receive();
    const again = received.filter(({ messageId }) => seen.has(messageId)); // held for so long that the hold ended
    await queue.release(again);
    if (again.length === received.length) return false;
    for (const letter of received.filter(({ messageId }) => !seen.has(messageId))) {
      seen.add(letter.messageId);
      held.push(letter);
      bodyBytes += letter.body.length;
    }
    onProgress(held.length);
    if (held.length - before >= bounds.messages || bodyBytes >= bounds.bodyBytes) return true;
  }
  return true;
}
