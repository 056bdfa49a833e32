import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RouterLine } from './checker/evidence.ts';

/** The outcome lines of routers' logs. A line that a kill has torn is passed over. */
export async function readRouterLines(files: readonly string[]): Promise<RouterLine[]> {
  const lines: RouterLine[] = [];
  for (const file of files) {
    for await (const line of linesOf(file)) {
      if (!line.includes('"outcome"')) continue;
      const { eventId, outcome, reason, timestamp } = fieldsOf(line);
      if (typeof eventId !== 'string' || typeof outcome !== 'string') continue;
      const atMs = Date.parse(String(timestamp));
      lines.push({ eventId, outcome, reason: typeof reason === 'string' ? reason : null, atMs });
    }
  }
  return lines;
}

/** Lines that name one of these, in the order of time; with the name of the file they are of. */
export async function linesAbout(files: ReadonlyMap<string, string>, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const [name, file] of files) {
    for await (const line of linesOf(file)) {
      if (names.some((one) => line.includes(one))) found.push(`${fieldsOf(line).timestamp ?? ''} ${name}: ${line}`);
    }
  }
  return found.sort();
}

async function* linesOf(file: string): AsyncGenerator<string> {
  if (!existsSync(file)) return;
  yield* createInterface({ input: createReadStream(file) });
}

function fieldsOf(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
