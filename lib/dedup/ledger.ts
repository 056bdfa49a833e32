export interface LedgerAnswer {
  /** Ledger key → receipt time (epoch ms) of the newest routed original. Absent here and not unanswered: there is none. */
  receivedAtMs: ReadonlyMap<string, number>;
  /** Keys the ledger has not answered for in time: nothing is known of them. */
  unanswered: ReadonlySet<string>;
}

/** Exact memory of what was routed. One contract suite runs on every implementation. */
export interface Ledger {
  /** Strongly consistent. Rejects with a retryable error when nothing could be read. */
  find(ledgerKeys: ReadonlySet<string>): Promise<LedgerAnswer>;
  /**
   * Writes ledger key → receipt time; resolves with the keys durably written, at the latest at `deadlineMs` (epoch). A key
   * that is not among them may or may not have been written. Never rejects.
   */
  commit(originals: ReadonlyMap<string, number>, deadlineMs: number): Promise<ReadonlySet<string>>;
  /** After a failed commit: whether the ledger takes writes again. Never rejects. */
  takesWrites(): Promise<boolean>;
}
