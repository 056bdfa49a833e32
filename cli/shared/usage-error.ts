import { messageOf } from '../../lib/platform/errors.ts';

/** A wrong option; the message says which and what to give instead. */
export class UsageError extends Error {}

/** What `util.parseArgs` refuses is the user's mistake, too. @throws UsageError */
export function orUsageError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** undefined stays undefined. @throws UsageError */
export function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new UsageError(`--${option}: "${text}" must be a whole number from 1`);
  }
  return number;
}
