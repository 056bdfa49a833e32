import { type FileHandle, open } from 'node:fs/promises';
import { systemClock } from '../platform/clock.ts';
import { UnavailableError } from '../platform/errors.ts';

/** Where the next line of a topic log goes. */
export interface LogEnd {
  sizeBytes: number;
  nextOffset: number;
}

const CHUNK_BYTES = 65_536;
/** Far longer than a line that has been begun takes to be written. */
const LINE_WRITTEN_MS = 200;
const NEWLINE = 0x0a;

/**
 * Appends whole lines and resolves with the new end once they are on the disk. `makeLines` is given the next offset and
 * answers the lines with how many they are. `known` is the end as the caller last saw it; when the file is not that long
 * (first use, another writer, file removed) the end is read from the file. Two writers at once may give one offset twice, and
 * lose nothing. After a failed write the file is cut back, so that no half line stays before the next one.
 */
export async function appendLines(
  path: string,
  known: LogEnd | undefined,
  makeLines: (nextOffset: number) => { text: string; count: number },
): Promise<LogEnd> {
  const file = await open(path, 'a+');
  try {
    const end = await endOf(file, known, path);
    const { text, count } = makeLines(end.nextOffset);
    const bytes = Buffer.from(text, 'utf8');
    try {
      await file.appendFile(bytes);
      await file.datasync();
    } catch (error) {
      await file.truncate(end.sizeBytes).catch((cause: unknown) => {
        throw new AggregateError([error, cause], `${path} could neither be written nor cut back`);
      });
      throw error;
    }
    return { sizeBytes: end.sizeBytes + bytes.length, nextOffset: end.nextOffset + count };
  } finally {
    await file.close();
  }
}

/**
 * A last line torn by a crash is cut off: its send was never confirmed. One that still grows is another writer's; it is waited
 * for, since cutting it off would lose what is about to be confirmed.
 */
async function endOf(file: FileHandle, known: LogEnd | undefined, path: string): Promise<LogEnd> {
  for (;;) {
    const { size } = await file.stat();
    const end = known?.sizeBytes === size ? known : await readEnd(file, size, path);
    if (end.sizeBytes === size) return end;
    await systemClock.sleep(LINE_WRITTEN_MS);
    if ((await file.stat()).size !== size) continue;
    await file.truncate(end.sizeBytes);
    return end;
  }
}

/** The end of the last complete line and the offset after it; reads back from the end, not the whole file. */
async function readEnd(file: FileHandle, fileBytes: number, path: string): Promise<LogEnd> {
  let tail = Buffer.alloc(0);
  let startBytes = fileBytes;
  while (startBytes > 0) {
    const length = Math.min(CHUNK_BYTES, startBytes);
    startBytes -= length;
    const chunk = Buffer.alloc(length);
    await file.read(chunk, 0, length, startBytes);
    tail = Buffer.concat([chunk, tail]);
    const lineEnd = tail.lastIndexOf(NEWLINE);
    if (lineEnd === -1) continue;
    const lineStart = lineEnd === 0 ? -1 : tail.lastIndexOf(NEWLINE, lineEnd - 1);
    if (lineStart === -1 && startBytes > 0) continue;
    const line = tail.toString('utf8', lineStart + 1, lineEnd);
    return { sizeBytes: startBytes + lineEnd + 1, nextOffset: offsetOf(line, path) + 1 };
  }
  return { sizeBytes: 0, nextOffset: 0 };
}

function offsetOf(line: string, path: string): number {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null && 'offset' in parsed && Number.isSafeInteger(parsed.offset)) {
      return Number(parsed.offset);
    }
  } catch (cause) {
    throw new UnavailableError('topic-log-damaged', damaged(path), cause);
  }
  throw new UnavailableError('topic-log-damaged', damaged(path));
}

function damaged(path: string): string {
  return `the last line of ${path} was not written by the relay; move the file away or cut that line off`;
}
