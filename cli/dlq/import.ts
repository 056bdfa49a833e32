import { readFileSync } from 'node:fs';
import type { DeadLetterQueue } from '../../lib/platform/dead-letter-queue.ts';
import { messageOf } from '../../lib/platform/errors.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import { failureText } from '../shared/failure.ts';
import type { Output } from '../shared/output.ts';
import { printJson } from '../shared/table.ts';

/** What of an exported line the events queue needs. */
export interface KeptMessage {
  groupId: string;
  body: string;
  /** In its file, from 1. */
  line: number;
}

/** Lines of `dlq export` or `dlq discard`. @throws Error naming the first that is neither */
export function readKept(path: string): KeptMessage[] {
  const kept: KeptMessage[] = [];
  for (const [index, text] of readFileSync(path, 'utf8').split('\n').entries()) {
    if (text.trim() === '') continue;
    const message = keptMessage(text, index + 1);
    if (message === undefined) throw new Error(`${path}: line ${index + 1} is none of "dlq export" or "dlq discard"`);
    kept.push(message);
  }
  if (kept.length === 0) throw new Error(`${path} is empty`);
  return kept;
}

function keptMessage(text: string, line: number): KeptMessage | undefined {
  try {
    const { groupId, message: body } = JSON.parse(text) as Record<string, unknown>;
    const isKept = typeof groupId === 'string' && groupId !== '' && typeof body === 'string' && body !== '';
    return isKept ? { groupId, body, line } : undefined;
  } catch {
    return undefined;
  }
}

/** One after the other, so that those of a contact keep the order of the file. */
export async function importLetters(
  queue: Pick<DeadLetterQueue, 'sendAgain'>,
  kept: readonly KeptMessage[],
  json: true | undefined,
  { interruption, progress, note, print }: Output,
): Promise<ExitCode> {
  const signal = interruption();
  let imported = 0;
  let failure: unknown;
  try {
    for (const message of kept) {
      if (signal.aborted) break;
      await queue.sendAgain(message);
      progress(`${++imported} of ${kept.length}`);
    }
  } catch (error) {
    failure = error;
  }
  const [next] = kept.slice(imported);
  note(`${imported} imported`);
  if (next !== undefined) note(`${kept.length - imported} were not, from line ${next.line} of the file on`);
  if (failure !== undefined) note(`broken off: ${failureText(failure)}`);
  else if (next !== undefined) note('broken off by hand');
  const brokenOff = failure !== undefined ? messageOf(failure) : next === undefined ? null : 'by hand';
  if (json === true) await printJson({ print }, { imported, left: kept.length - imported, brokenOff });
  return next === undefined ? EXIT.done : EXIT.failed;
}
