import { openSync, writeSync } from 'node:fs';

/** While `work` runs, what goes to standard output is written to nowhere: each line still costs its system call. */
export async function withOutputDiscarded<T>(work: () => Promise<T>): Promise<T> {
  const nowhere = openSync('/dev/null', 'w');
  const { stdout } = process;
  const write = stdout.write;
  stdout.write = (chunk: string | Uint8Array): boolean => {
    writeSync(nowhere, Buffer.from(chunk as string));
    return true;
  };
  try {
    return await work();
  } finally {
    stdout.write = write;
  }
}
