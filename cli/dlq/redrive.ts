import type { DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import { messageOf } from '../../lib/platform/errors.ts';
import type { ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { printJson } from '../shared/table.ts';
import { countsByReason } from './lines.ts';
import { type ListOptions, listLetters } from './list.ts';
import { moveAndTell } from './move-and-tell.ts';

export async function redriveLetters(
  queue: DeadLetterQueue,
  options: ListOptions & { dryRun?: true | undefined },
  output: Output,
): Promise<ExitCode> {
  if (options.dryRun === true) return listLetters(queue, options, 'would be redriven', output);
  const { result, exitCode, interrupted } = await moveAndTell(queue, options, 'redriven', output, (letter) =>
    queue.redrive(letter),
  );
  const { moved, again, left, failure } = result;
  if (options.json === true) {
    await printJson(output, {
      redriven: moved.length,
      byReason: Object.fromEntries(countsByReason(moved)),
      parkedAgain: again.length,
      left,
      brokenOff: failure !== undefined ? messageOf(failure) : interrupted ? 'by hand' : null,
    });
  }
  return exitCode;
}
