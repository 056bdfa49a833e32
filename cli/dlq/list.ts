import { inGroups } from '../../lib/platform/dead-letter-order.ts';
import type { DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { printRows, printSum } from '../shared/table.ts';
import { filterOf, type LetterFilterOptions, matches } from './filter.ts';
import { countLine, LETTERS } from './lines.ts';
import { lookThrough, noteUnseen } from './look-through.ts';

export type ListOptions = LetterFilterOptions & { limit?: number | undefined; json?: true | undefined };

/** `what` they are, or would become: `parked`, `would be redriven`. Counts all that are parked, or those within the limit. */
export async function listLetters(
  queue: DeadLetterQueue,
  options: ListOptions,
  what: string,
  output: Output,
): Promise<ExitCode> {
  const filter = filterOf(options);
  const seen = await lookThrough(queue, output);
  const wanted = inGroups(seen.letters.filter((letter) => matches(letter, filter))).flat();
  const shown = wanted.slice(0, options.limit).sort((a, b) => a.parkedAtMs - b.parkedAtMs);
  await printRows(output, options.json, LETTERS, shown);
  await printSum(output, options.json, countLine(what === 'parked' ? wanted : shown, what));
  noteUnseen(seen, output);
  return wanted.length === 0 && filter.eventId !== undefined ? EXIT.failed : EXIT.done;
}
