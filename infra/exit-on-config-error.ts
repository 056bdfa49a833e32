import { ConfigError } from '../lib/platform/errors.ts';

/** Runs `work`; a wrong setting ends the process with its message alone, since the stack trace would only hide it. */
export function exitOnConfigError(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
