import type { DeadLetter, DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import { failureText } from '../shared/failure.ts';
import type { Output } from '../shared/output.ts';
import { filterOf } from './filter.ts';
import { countLine } from './lines.ts';
import type { ListOptions } from './list.ts';
import { type MoveResult, moveLetters } from './moves.ts';

/** Moves what the options take, and tells the person what came of it. `done`: what has become of those that were moved. */
export async function moveAndTell(
  queue: DeadLetterQueue,
  options: ListOptions,
  done: string,
  output: Output,
  move: (letter: DeadLetter) => Promise<string | undefined>,
): Promise<{ result: MoveResult; exitCode: ExitCode; interrupted: boolean }> {
  const filter = filterOf(options);
  const { limit = Number.POSITIVE_INFINITY } = options;
  const signal = output.interruption();
  const result = await moveLetters({ queue, filter, limit, signal, onProgress: output.progress, move });
  const { moved, left, again, failure } = result;
  output.note(countLine(moved, done));
  if (again.length > 0) output.note(`${countLine(again, 'of them were parked again')}; mend the cause first`);
  if (left > 0) output.note(`${left} more were to be ${done} and are still parked; run it again`);
  if (failure !== undefined) output.note(`broken off: ${failureText(failure)}`);
  if (signal.aborted) output.note('broken off by hand');
  const missing = filter.eventId !== undefined && moved.length === 0;
  if (missing && failure === undefined) output.note(`event ${filter.eventId} is not among those that can be seen`);
  const whole = !missing && left === 0 && again.length === 0 && failure === undefined && !signal.aborted;
  return { result, exitCode: whole ? EXIT.done : EXIT.failed, interrupted: signal.aborted };
}
