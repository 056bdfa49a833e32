import { inGroups } from '../../lib/platform/dead-letter-order.ts';
import type { DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { printJson } from '../shared/table.ts';
import { goesBy } from './filter.ts';
import { storyFacts, storyLines } from './lines.ts';
import { lookThrough, noteUnseen } from './look-through.ts';

/** `id` undefined: the one that was parked first. */
export async function showLetters(
  queue: DeadLetterQueue,
  id: string | undefined,
  { json }: { json?: true | undefined },
  output: Output,
): Promise<ExitCode> {
  const seen = await lookThrough(queue, output);
  const ordered = inGroups(seen.letters).flat();
  const found = id === undefined ? ordered.slice(0, 1) : ordered.filter((letter) => goesBy(letter, id));
  for (const letter of found) {
    if (json === true) await printJson(output, storyFacts(letter));
    else for (const line of storyLines(letter)) await output.print(line);
  }
  if (found.length > 0) return EXIT.done;
  const among = `the ${seen.letters.length} that are parked${seen.unseen > 0 ? ' and can be seen' : ''}`;
  output.note(id === undefined ? 'nothing is parked' : `${id}: not among ${among}`);
  noteUnseen(seen, output);
  return EXIT.failed;
}
