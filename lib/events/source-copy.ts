/** From here on the runtime's copying makes up for what its call costs. */
const LONG_RUN_BYTES = 48;

/**
 * Output that is its source but for some places. What is taken over unchanged is not touched byte by byte: it waits as a
 * run until something else comes, and is copied at once.
 *
 * Positions are of the source (`at`, `from`, `to`), lengths of the output.
 */
export class SourceCopy {
  readonly source: Buffer;
  /** Valid up to the run that waits. */
  readonly out: Buffer;
  #length: number;
  /** Where the waiting run begins. */
  #runStart = 0;
  #aside: Buffer | undefined;

  /** @param prefix text before what is copied; prefix and source together are the most that the output can hold */
  constructor(source: Buffer, prefix: string) {
    this.source = source;
    this.out = Buffer.allocUnsafe(source.length + Buffer.byteLength(prefix));
    this.#length = this.out.write(prefix);
  }

  /** The output, once the source is taken over up to `end`. */
  finish(end: number): Uint8Array {
    this.takeUpTo(end);
    return this.out.subarray(0, this.#length);
  }

  /** How long the output is with the source taken over up to `at`. */
  lengthAt(at: number): number {
    return this.#length + at - this.#runStart;
  }

  /** Whether all since `at` has been taken over unchanged, and still waits. */
  isUnchangedSince(at: number): boolean {
    return this.#runStart <= at;
  }

  takeUpTo(at: number): void {
    this.append(this.source, this.#runStart, at);
    this.#runStart = at;
  }

  omit(from: number, to: number): void {
    this.append(this.source, this.#runStart, from);
    this.#runStart = to;
  }

  replace(from: number, to: number, text: string): void {
    this.omit(from, to);
    this.#length += this.out.write(text, this.#length);
  }

  /** Skips from `from`, where the output was `length` long, to `to`, whatever has been done with it meanwhile. */
  takeBack(from: number, length: number, to: number): void {
    if (this.isUnchangedSince(from)) {
      this.omit(from, to);
    } else {
      this.#length = length;
      this.#runStart = to;
    }
  }

  /** Shortens the output, with nothing waiting, to `length`. What it loses is found at the same place in the answer. */
  putAside(length: number): Buffer {
    this.#aside ??= Buffer.allocUnsafe(this.out.length);
    this.out.copy(this.#aside, length, length, this.#length);
    this.#length = length;
    return this.#aside;
  }

  /** Writes behind what is written already; a run that waits comes after it. */
  append(bytes: Buffer, start: number, end: number): void {
    const { out } = this;
    let length = this.#length;
    if (end - start < LONG_RUN_BYTES) {
      for (let index = start; index < end; index++) out[length++] = bytes[index] as number;
    } else {
      length += bytes.copy(out, length, start, end);
    }
    this.#length = length;
  }

  appendByte(byte: number): void {
    this.out[this.#length++] = byte;
  }
}
