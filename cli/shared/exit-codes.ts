/** What every command ends with; a script can go by it. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** Of its own: not a failure, and yet something that somebody has to look at. */
  findings: 2,
  /** EX_USAGE of sysexits.h. */
  usage: 64,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_HELP = `Exit codes, the same for every command:
  0   done, and all is as it should be
  1   failed: not done, or not all of it; not found; the relay cannot be reached
  2   done, with findings: changes are pending (subscriptions plan), an audit
      stream is broken (audit verify), a guarantee was breached (soak)
  64  a mistake in the command line; nothing was done`;
