import { inGroups } from '../../lib/platform/dead-letter-order.ts';
import type { DeadLetter, DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import { messageOf } from '../../lib/platform/errors.ts';
import { goesBy, type LetterFilter, matches } from './filter.ts';
import { holdLetters } from './hold.ts';
import { countLine, factsOf, lineOf, storyOf } from './lines.ts';
import { moveLetters } from './moves.ts';
import type { DlqCommand } from './options.ts';

export interface Output {
  /** Resolves once the line is with whoever reads it. */
  print(line: string): Promise<void>;
  /** For the person, beside what is printed. */
  note(line: string): void;
  onProgress(line: string): void;
  /** Ends the command early, with everything put back. */
  signal: AbortSignal;
}

type Listing = Extract<DlqCommand, { filter: LetterFilter }>;

/** Answers the exit code: 1 when the one that was named is not there, or not all could be done. */
export async function runDlqCommand(queue: DeadLetterQueue, command: DlqCommand, output: Output): Promise<number> {
  switch (command.do) {
    case 'list':
      return list(queue, command, output, command.json);
    case 'show':
      return show(queue, command.id, output);
    case 'redrive':
      if (command.dryRun) return list(queue, command, output, false);
      return move(queue, command, output, (letter) => queue.redrive(letter));
    case 'discard':
      if (command.dryRun) return list(queue, command, output, false);
      return move(queue, command, output, async (letter) => {
        await output.print(JSON.stringify({ ...factsOf(letter), message: letter.body }));
        await queue.remove(letter);
        return undefined;
      });
  }
}

const WOULD_BE = { list: 'parked', redrive: 'would be redriven', discard: 'would be discarded' };

async function list(queue: DeadLetterQueue, command: Listing, output: Output, json: boolean): Promise<number> {
  const { letters, unseen } = await lookThrough(queue, output);
  const wanted = inGroups(letters.filter((letter) => matches(letter, command.filter))).flat();
  const shown = wanted.slice(0, command.limit).sort((a, b) => a.parkedAtMs - b.parkedAtMs);
  for (const letter of shown) await output.print(json ? JSON.stringify(factsOf(letter)) : lineOf(letter));
  const summary = countLine(command.do === 'list' ? wanted : shown, WOULD_BE[command.do]);
  if (json) output.note(summary);
  else await output.print(summary);
  if (unseen > 0) output.note(`about ${unseen} more could not be looked at: ${WHY_UNSEEN}`);
  return wanted.length === 0 && command.filter.eventId !== undefined ? 1 : 0;
}

const WHY_UNSEEN =
  'someone else is looking at them, or they are new, or SQS itself moved them here (it hands out ten of one contact at a time)';

async function show(queue: DeadLetterQueue, id: string, output: Output): Promise<number> {
  const { letters, unseen } = await lookThrough(queue, output);
  const found = inGroups(letters.filter((letter) => goesBy(letter, id))).flat();
  for (const line of found.flatMap(storyOf)) await output.print(line);
  if (found.length > 0) return 0;
  output.note(`${id}: not among the ${letters.length} that are parked${unseen > 0 ? ` and can be seen` : ''}`);
  if (unseen > 0) output.note(`about ${unseen} more could not be looked at: ${WHY_UNSEEN}`);
  return 1;
}

/** What is in the queue now; all of it is back there when this resolves. */
async function lookThrough(
  queue: DeadLetterQueue,
  { signal, onProgress }: Output,
): Promise<{ letters: DeadLetter[]; unseen: number }> {
  const letters: DeadLetter[] = [];
  try {
    await holdLetters(queue, letters, {
      signal,
      seen: new Set(),
      onProgress: (count) => onProgress(`${count} looked at`),
    });
    return { letters, unseen: Math.max(0, (await queue.count()) - letters.length) };
  } finally {
    await queue.release(letters);
  }
}

const MOVED = { list: 'listed', redrive: 'redriven', discard: 'discarded' };

async function move(
  queue: DeadLetterQueue,
  command: Listing,
  output: Output,
  act: (letter: DeadLetter) => Promise<string | undefined>,
): Promise<number> {
  const { filter, limit } = command;
  const { onProgress, signal } = output;
  const { moved, left, again, failure } = await moveLetters({ queue, filter, limit, signal, onProgress, move: act });
  output.note(countLine(moved, MOVED[command.do]));
  if (again.length > 0) output.note(`${countLine(again, 'of them were parked again')}; mend the cause first`);
  if (left > 0) output.note(`${left} more were to be ${MOVED[command.do]} and are still parked; run it again`);
  if (failure !== undefined) output.note(`broken off: ${messageOf(failure)}`);
  if (signal.aborted) output.note('broken off by hand');
  const missing = filter.eventId !== undefined && moved.length === 0;
  if (missing && failure === undefined) output.note(`event ${filter.eventId} is not among those that can be seen`);
  return missing || left > 0 || again.length > 0 || failure !== undefined || signal.aborted ? 1 : 0;
}
