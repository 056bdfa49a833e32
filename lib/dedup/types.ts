/** An event as deduplication sees it. */
export interface DedupEvent {
  /** Unique in the batch: the SQS message id. */
  id: string;
  /** What "the same" means for it (design §3): kind + eventId, or kind + interaction id. */
  ledgerKey: string;
  /** SQS message group; later events of a group never overtake an earlier one that has to be retried. */
  groupId: string;
  receivedAtMs: number;
}

/** What is known of an event before it is published. */
export type Verdict =
  /** To be published and then committed. */
  | { fate: 'new' }
  /** The ledger has a routed original within the window. */
  | { fate: 'duplicate' }
  /** A copy of a new event in this batch: shares whatever becomes of `of`. */
  | { fate: 'copy'; of: DedupEvent }
  /** Not decidable now: a store is away, or an elder of its key or group must be answered first. */
  | { fate: 'retry'; reason: string };

/** The decision about one batch. */
export interface DedupDecision {
  verdicts: ReadonlyMap<DedupEvent, Verdict>;
  /** Facts for metrics and logs. */
  stats: DedupStats;
  /**
   * Writes routed originals to the ledger (design §4 step 7); call it only with `new` events of this batch whose destination
   * has confirmed them. Resolves with those durably written, at the latest at `deadlineMs` (epoch); never rejects.
   */
  commit(published: readonly DedupEvent[], deadlineMs: number): Promise<ReadonlySet<DedupEvent>>;
}

export interface DedupStats {
  /** Decided by the Bloom window alone, without the ledger. */
  believed: number;
  /** Looked up in the ledger. */
  asked: number;
  /** Asked because the window said "maybe", and the ledger knew nothing. */
  falsePositives: number;
  /** Redis gave no usable answer for this batch. */
  filterUnavailable: boolean;
  /** Bits were lost: this process has moved `sinceMs` for it. */
  filterDamaged: boolean;
  /** Fill of the current generation, 0 to 1 (1 = its design capacity); undefined without an answer. */
  fillRatio?: number;
}

/** Design §4, steps 1 to 6, and the commit of step 7. */
export interface Deduplicator {
  /** Never rejects: what cannot be decided is `retry`. */
  decide(batch: readonly DedupEvent[]): Promise<DedupDecision>;
}
