import { inGroups } from '../../lib/platform/dead-letter-order.ts';
import type { DeadLetter, DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import { type LetterFilter, matches } from './filter.ts';
import { type HoldBounds, holdLetters } from './hold.ts';

export interface MoveSettings {
  queue: DeadLetterQueue;
  filter: LetterFilter;
  limit: number;
  /** What becomes of each that the filter takes; answers the message id under which it may come back, if it may. */
  move(letter: DeadLetter): Promise<string | undefined>;
  onProgress(line: string): void;
  signal: AbortSignal;
  bounds?: HoldBounds;
}

export interface MoveResult {
  moved: DeadLetter[];
  /** How many were looked at. */
  seen: number;
  /** Were to be moved, and are still in the queue. */
  left: number;
  /** Redriven and parked again while the command ran: their cause is not mended. They are left where they are. */
  again: DeadLetter[];
  /** What ended it early. */
  failure?: unknown;
}

/** Groups that are worked side by side; the letters of one go one after the other. */
const LANES = 8;

/**
 * Moves what the filter takes, group by group in order, a bounded number of letters at a time; order holds within such a
 * round. What the filter leaves stays held until the end, or each round would be handed it again, and is released then,
 * like everything after a failure or an abort.
 */
export async function moveLetters(settings: MoveSettings): Promise<MoveResult> {
  const { queue, filter, limit, signal, onProgress } = settings;
  const seen = new Set<string>();
  const moved: DeadLetter[] = [];
  const standing: DeadLetter[] = [];
  const sentAs = new Set<string>();
  const again: DeadLetter[] = [];
  let held: DeadLetter[] = [];
  let left = 0;
  try {
    while (moved.length < limit && !signal.aborted) {
      await holdLetters(queue, held, { ...settings, seen, onProgress: (count) => onProgress(`${count} looked at`) });
      if (held.length === 0) break;
      const isBack = ({ sourceMessageId = '' }: DeadLetter) => sentAs.has(sourceMessageId);
      again.push(...held.filter(isBack));
      const wanted = held.filter((letter) => !isBack(letter) && matches(letter, filter));
      const chosen = firstOf(inGroups(wanted), limit - moved.length);
      const outcome = await moveGroups(settings, chosen, moved, sentAs);
      const done = new Set(outcome.done);
      standing.push(...held.filter((letter) => !done.has(letter)).map((letter) => ({ ...letter, body: '' })));
      held = [];
      left = chosen.flat().length - done.size;
      if ('failure' in outcome) return { moved, seen: seen.size, left, again, failure: outcome.failure };
    }
    return { moved, seen: seen.size, left, again };
  } finally {
    await queue.release([...held, ...standing]);
  }
}

function firstOf(groups: readonly DeadLetter[][], limit: number): DeadLetter[][] {
  let room = limit;
  return groups.flatMap((group) => {
    const taken = group.slice(0, room);
    room -= taken.length;
    return taken.length === 0 ? [] : [taken];
  });
}

/** After the first failure nothing more is begun: what refuses one letter (queue away, no permission) refuses all. */
async function moveGroups(
  { move, signal, onProgress }: MoveSettings,
  groups: readonly DeadLetter[][],
  moved: DeadLetter[],
  sentAs: Set<string>,
): Promise<{ done: DeadLetter[]; failure?: unknown }> {
  const waiting = [...groups];
  const total = groups.flat().length;
  const done: DeadLetter[] = [];
  const failures: unknown[] = [];
  const stopped = () => signal.aborted || failures.length > 0;
  const workLane = async (): Promise<void> => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      for (const letter of group) {
        if (stopped()) return;
        const sentId = await move(letter);
        if (sentId !== undefined) sentAs.add(sentId);
        done.push(letter);
        moved.push({ ...letter, body: '' });
        onProgress(`${done.length} of ${total}`);
      }
    }
  };
  const lanes = Array.from({ length: LANES }, () => workLane().catch((error: unknown) => void failures.push(error)));
  await Promise.all(lanes);
  return failures.length > 0 ? { done, failure: failures[0] } : { done };
}
