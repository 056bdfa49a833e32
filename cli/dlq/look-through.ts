import type { DeadLetter, DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import type { Output } from '../shared/output.ts';
import { holdLetters } from './hold.ts';

export interface Seen {
  letters: DeadLetter[];
  /** About so many more are in the queue. */
  unseen: number;
}

/** What is in the queue now; all of it is back there when this resolves. */
export async function lookThrough(queue: DeadLetterQueue, { interruption, progress }: Output): Promise<Seen> {
  const letters: DeadLetter[] = [];
  try {
    await holdLetters(queue, letters, {
      signal: interruption(),
      seen: new Set(),
      onProgress: (count) => progress(`${count} looked at`),
    });
    return { letters, unseen: Math.max(0, (await queue.count()) - letters.length) };
  } finally {
    await queue.release(letters);
  }
}

export function noteUnseen({ unseen }: Pick<Seen, 'unseen'>, output: Pick<Output, 'note'>): void {
  if (unseen > 0) output.note(`about ${unseen} more could not be looked at: ${WHY_UNSEEN}`);
}

const WHY_UNSEEN =
  'someone else is looking at them, or they are new, or SQS itself moved them here (it hands out ten of one contact at a time)';
