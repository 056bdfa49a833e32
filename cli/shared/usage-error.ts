/** A mistake in the command line that shows only when its words are seen together; the message says what to give instead. */
export class UsageError extends Error {}
