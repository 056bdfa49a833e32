/** One line that is rewritten, at most ten times a second; on a terminal only. */
export interface Progress {
  show(line: string): void;
  /** Before anything else is written. */
  clear(): void;
}

const EVERY_MS = 100;

export function createProgress(stream: { isTTY?: boolean; write(text: string): unknown }): Progress {
  let drawnAtMs = 0;
  return {
    show(line) {
      if (stream.isTTY !== true || performance.now() - drawnAtMs < EVERY_MS) return;
      drawnAtMs = performance.now();
      stream.write(`\r\x1b[K${line}`);
    },
    clear() {
      if (stream.isTTY === true && drawnAtMs > 0) stream.write('\r\x1b[K');
    },
  };
}
