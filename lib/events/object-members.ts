const COMMA = 0x2c;
/** Up to here insertion is faster; beyond, its square would be a way to keep the receiver busy. */
const MAX_INSERTION_SORT = 24;
/** Offsets kept for a member: its start, the end of its key, its end. */
const OFFSETS = 3;

/**
 * Where the members of the objects being written stand in the output: one stack for all levels, the innermost object on
 * top. `first` is the `height` from before the object's first member.
 */
export class ObjectMembers {
  readonly #out: Buffer;
  readonly #offsets: number[] = [];
  #scratch: Buffer | undefined;

  constructor(out: Buffer) {
    this.#out = out;
  }

  get height(): number {
    return this.#offsets.length;
  }

  push(start: number, keyEnd: number, end: number): void {
    this.#offsets.push(start, keyEnd, end);
  }

  drop(first: number): void {
    this.#offsets.length = first;
  }

  /** Whether the last member of the object comes before its predecessor. */
  isLastMisplaced(first: number): boolean {
    const last = this.#offsets.length - OFFSETS;
    return last > first && this.#compare(last - OFFSETS, last) > 0;
  }

  /** Rewrites the members, which end at `end`, in the order of their keys; equal keys keep theirs. */
  sort(first: number, end: number): void {
    const offsets = this.#offsets;
    const out = this.#out;
    const base = offsets[first] as number;
    if (offsets.length - first <= MAX_INSERTION_SORT * OFFSETS) this.#insertionSort(first);
    else this.#mergeSort(first);
    this.#scratch ??= Buffer.allocUnsafe(out.length);
    const unsorted = this.#scratch;
    out.copy(unsorted, base, base, end);
    let length = base;
    for (let member = first; member < offsets.length; member += OFFSETS) {
      if (length > base) out[length++] = COMMA;
      const memberEnd = offsets[member + 2] as number;
      for (let at = offsets[member] as number; at < memberEnd; at++) out[length++] = unsorted[at] as number;
    }
  }

  #insertionSort(first: number): void {
    const offsets = this.#offsets;
    for (let member = first + OFFSETS; member < offsets.length; member += OFFSETS) {
      const start = offsets[member] as number;
      const keyEnd = offsets[member + 1] as number;
      const end = offsets[member + 2] as number;
      let to = member;
      for (; to > first; to -= OFFSETS) {
        if (this.#compareKeys(offsets[to - 3] as number, offsets[to - 2] as number, start, keyEnd) <= 0) break;
        offsets[to] = offsets[to - 3] as number;
        offsets[to + 1] = offsets[to - 2] as number;
        offsets[to + 2] = offsets[to - 1] as number;
      }
      offsets[to] = start;
      offsets[to + 1] = keyEnd;
      offsets[to + 2] = end;
    }
  }

  #mergeSort(first: number): void {
    const order: number[] = [];
    for (let member = first; member < this.#offsets.length; member += OFFSETS) order.push(member);
    order.sort((left, right) => this.#compare(left, right));
    const sorted = order.flatMap((member) => this.#offsets.slice(member, member + OFFSETS));
    for (const [index, offset] of sorted.entries()) this.#offsets[first + index] = offset;
  }

  #compare(left: number, right: number): number {
    const offsets = this.#offsets;
    const [startA, endA] = [offsets[left] as number, offsets[left + 1] as number];
    return this.#compareKeys(startA, endA, offsets[right] as number, offsets[right + 1] as number);
  }

  /** By bytes, without the closing quotes, so that a key comes before those that it begins. */
  #compareKeys(startA: number, endA: number, startB: number, endB: number): number {
    const out = this.#out;
    const common = Math.min(endA - startA, endB - startB) - 1;
    for (let index = 0; index < common; index++) {
      const difference = (out[startA + index] as number) - (out[startB + index] as number);
      if (difference !== 0) return difference;
    }
    return endA - startA - (endB - startB);
  }
}
