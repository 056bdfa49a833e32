/** What a generation is known by: a random stamp that it got when it was created, and how many adds have changed it. */
export interface GenerationState {
  stamp: string;
  adds: number;
}

export interface BloomRequest {
  events: readonly { ledgerKey: string; receivedAtMs: number }[];
  /** 16 hex digits, random: stamp of a generation that this call creates or finds rolled back. */
  offeredStamp: string;
  /** What this process saw last, by generation: fewer adds under the same stamp mean that Redis went back in time. */
  seen: ReadonlyMap<number, GenerationState>;
}

export interface BloomReply {
  /** For each event of the request: false means that it certainly stood in none of the generations asked. */
  maybe: readonly boolean[];
  /** Every generation that was asked, as it is after this call; undefined where there is none. */
  generations: ReadonlyMap<number, GenerationState | undefined>;
}

/** The filter in front of the ledger (design §4). One contract suite runs on every implementation. */
export interface BloomWindow {
  /** Events a generation is made for: with more, false positives become more frequent. */
  readonly capacity: number;
  /**
   * Looks for each event in the generations around its own, then adds it to its own; one round trip, atomic. Rejects, at the
   * latest after the window's own time budget and that of its credentials, when there is no usable answer: the adds may then have happened or not, or
   * happen later.
   */
  check(request: BloomRequest): Promise<BloomReply>;
}
