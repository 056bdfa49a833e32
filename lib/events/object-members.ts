import type { SourceCopy } from './source-copy.ts';

const COMMA = 0x2c;
/** Up to here insertion is faster; beyond, its square would be a way to keep the receiver busy. */
const MAX_INSERTION_SORT = 24;
/** Offsets kept for a member: its start, the end of its key, its end. */
const OFFSETS = 3;

/**
 * Where the members of the objects being walked stand in the output: one stack for all levels, the innermost object on
 * top. `first` is the `height` from before the object's first member.
 */
export class ObjectMembers {
  readonly #output: SourceCopy;
  readonly #offsets: number[] = [];
  #height = 0;

  constructor(output: SourceCopy) {
    this.#output = output;
  }

  get height(): number {
    return this.#height;
  }

  push(start: number, keyEnd: number, end: number): void {
    const offsets = this.#offsets;
    const height = this.#height;
    offsets[height] = start;
    offsets[height + 1] = keyEnd;
    offsets[height + 2] = end;
    this.#height = height + OFFSETS; // not by the array's length: cutting that gives its memory back each time
  }

  /**
   * Ends the object whose brackets are at `open` and `close` of the source, and has its members stand in the order of their
   * keys; equal keys keep theirs.
   */
  end(first: number, open: number, close: number): void {
    if (this.#height > first + OFFSETS) {
      const output = this.#output;
      const unchanged = output.isUnchangedSince(open);
      if (unchanged) this.#shift(first, open - output.lengthAt(open));
      else output.takeUpTo(close);
      this.#order(first, close, unchanged);
    }
    this.#height = first;
  }

  /** @param unchanged the members are in the source, not in the output yet, and the offsets are the source's */
  #order(first: number, close: number, unchanged: boolean): void {
    const output = this.#output;
    const bytes = unchanged ? output.source : output.out;
    const misplaced = this.#firstMisplaced(first, bytes);
    if (misplaced === this.#height) return;
    const start = this.#offsets[first] as number;
    if (this.#height - first <= MAX_INSERTION_SORT * OFFSETS) this.#insertionSort(first, misplaced, bytes);
    else this.#mergeSort(first, bytes);
    if (unchanged) output.omit(start, close);
    this.#write(first, unchanged ? bytes : output.putAside(start));
  }

  #shift(first: number, by: number): void {
    for (let index = first; index < this.#height; index++) this.#offsets[index] = (this.#offsets[index] as number) + by;
  }

  #write(first: number, bytes: Buffer): void {
    for (let member = first; member < this.#height; member += OFFSETS) {
      if (member > first) this.#output.appendByte(COMMA);
      this.#output.append(bytes, this.#offsets[member] as number, this.#offsets[member + 2] as number);
    }
  }

  #firstMisplaced(first: number, bytes: Buffer): number {
    let member = first + OFFSETS;
    while (member < this.#height && this.#compare(bytes, member - OFFSETS, member) <= 0) member += OFFSETS;
    return member;
  }

  #insertionSort(first: number, misplaced: number, bytes: Buffer): void {
    const offsets = this.#offsets;
    for (let member = misplaced; member < this.#height; member += OFFSETS) {
      const start = offsets[member] as number;
      const keyEnd = offsets[member + 1] as number;
      const end = offsets[member + 2] as number;
      let to = member;
      for (; to > first; to -= OFFSETS) {
        if (compareKeys(bytes, offsets[to - 3] as number, offsets[to - 2] as number, start, keyEnd) <= 0) break;
        offsets[to] = offsets[to - 3] as number;
        offsets[to + 1] = offsets[to - 2] as number;
        offsets[to + 2] = offsets[to - 1] as number;
      }
      offsets[to] = start;
      offsets[to + 1] = keyEnd;
      offsets[to + 2] = end;
    }
  }

  #mergeSort(first: number, bytes: Buffer): void {
    const order: number[] = [];
    for (let member = first; member < this.#height; member += OFFSETS) order.push(member);
    order.sort((left, right) => this.#compare(bytes, left, right));
    const sorted = order.flatMap((member) => this.#offsets.slice(member, member + OFFSETS));
    for (const [index, offset] of sorted.entries()) this.#offsets[first + index] = offset;
  }

  #compare(bytes: Buffer, left: number, right: number): number {
    const offsets = this.#offsets;
    const rightStart = offsets[right] as number;
    return compareKeys(
      bytes,
      offsets[left] as number,
      offsets[left + 1] as number,
      rightStart,
      offsets[right + 1] as number,
    );
  }
}

/** By bytes, without the quotes, so that a key comes before those that it begins. */
function compareKeys(bytes: Buffer, startA: number, endA: number, startB: number, endB: number): number {
  const common = Math.min(endA - startA, endB - startB) - 1;
  for (let index = 1; index < common; index++) {
    const difference = (bytes[startA + index] as number) - (bytes[startB + index] as number);
    if (difference !== 0) return difference;
  }
  return endA - startA - (endB - startB);
}
