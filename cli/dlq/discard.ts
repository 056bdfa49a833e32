import type { DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import type { ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { printJson } from '../shared/table.ts';
import { keptFacts } from './lines.ts';
import { type ListOptions, listLetters } from './list.ts';
import { moveAndTell } from './move-and-tell.ts';

/** Each is with whoever reads the output before it is deleted. */
export async function discardLetters(
  queue: DeadLetterQueue,
  options: ListOptions & { dryRun?: true | undefined },
  output: Output,
): Promise<ExitCode> {
  if (options.dryRun === true) return listLetters(queue, options, 'would be discarded', output);
  const { exitCode } = await moveAndTell(queue, options, 'discarded', output, async (letter) => {
    await printJson(output, keptFacts(letter));
    await queue.remove(letter);
    return undefined;
  });
  return exitCode;
}
