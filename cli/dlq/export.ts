import type { DeadLetter, DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { printJson } from '../shared/table.ts';
import { keptFacts } from './lines.ts';
import type { ListOptions } from './list.ts';
import { noteUnseen } from './look-through.ts';
import { moveAndTell } from './move-and-tell.ts';

/**
 * Writes each out whole, those of a contact in their order, and puts all of them back, at the end: what is released before is
 * handed out again in the place of what has not been seen. Ends with `failed` when some were out of sight.
 */
export async function exportLetters(queue: DeadLetterQueue, options: ListOptions, output: Output): Promise<ExitCode> {
  const written: DeadLetter[] = [];
  try {
    const { result, exitCode } = await moveAndTell(queue, options, 'exported', output, async (letter) => {
      await printJson(output, keptFacts(letter));
      written.push({ ...letter, body: '' });
      return undefined;
    });
    if (exitCode !== EXIT.done || options.limit !== undefined) return exitCode;
    const unseen = Math.max(0, (await queue.count()) - result.seen);
    noteUnseen({ unseen }, output);
    return unseen === 0 ? EXIT.done : EXIT.failed;
  } finally {
    await queue.release(written);
  }
}
