import { createProgress } from './progress.ts';

/** Where a command writes: what was asked for to stdout, everything else to stderr. */
export interface Output {
  /** Resolves once the line is with whoever reads it. */
  print(line: string): Promise<void>;
  /** For the person, beside what is printed. */
  note(line: string): void;
  /** How far it is; replaces what was told before. */
  progress(line: string): void;
  /** Aborts when the person breaks the command off; whoever asks for it sees to an orderly end. */
  interruption(): AbortSignal;
  /** Characters that a line of stdout has room for; undefined: no terminal reads it. */
  width: number | undefined;
}

export function terminalOutput(): Output {
  const { stdout, stderr } = process;
  const progress = createProgress(stderr);
  stdout.on('error', () => undefined); // told to whoever printed, by the rejected promise
  return {
    print(line) {
      progress.clear();
      return new Promise((resolve, reject) =>
        stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve())),
      );
    },
    note(line) {
      progress.clear();
      stderr.write(`${line}\n`);
    },
    progress: (line) => progress.show(line),
    interruption() {
      const interrupted = new AbortController();
      process.once('SIGINT', () => interrupted.abort());
      process.once('SIGTERM', () => interrupted.abort());
      return interrupted.signal;
    },
    width: stdout.isTTY ? stdout.columns : undefined,
  };
}
