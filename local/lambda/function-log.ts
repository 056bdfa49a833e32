import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** What functions print, a file each: `<directory>/<function>.ndjson`, appended to over restarts. */
export interface FunctionLogs {
  write(functionName: string, line: string): void;
  close(): Promise<void>;
}

export function openFunctionLogs(directory: string): FunctionLogs {
  mkdirSync(directory, { recursive: true });
  const files = new Map<string, ReturnType<typeof createWriteStream>>();
  return {
    write(functionName, line) {
      let file = files.get(functionName);
      if (file === undefined) {
        file = createWriteStream(join(directory, `${functionName}.ndjson`), { flags: 'a' });
        file.on('error', () => undefined); // a full disk must not end the relay; events do not depend on its logs
        files.set(functionName, file);
      }
      file.write(`${line}\n`);
    },
    async close() {
      await Promise.all([...files.values()].map((file) => new Promise<void>((resolve) => file.end(() => resolve()))));
    },
  };
}
