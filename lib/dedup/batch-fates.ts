import type { LedgerAnswer } from './ledger.ts';
import type { DedupEvent, Verdict } from './types.ts';

/** Why an event has to come again; quoted in logs. */
export const RETRY_REASONS = {
  record: 'filter-record-unavailable',
  ledger: 'ledger-unavailable',
  unwritable: 'ledger-unwritable',
  elder: 'elder-of-its-key-in-batch',
  group: 'elder-of-its-group-retried',
} as const;

export interface FatesInput {
  batch: readonly DedupEvent[];
  /** Events that are new by the window's word alone; the ledger was not asked for them. */
  believed: ReadonlySet<DedupEvent>;
  /** Undefined: the ledger could not be read at all. */
  answer: LedgerAnswer | undefined;
  windowMs: number;
}

/**
 * What becomes of each event, in the batch's order: duplicate of the ledger's original, copy of a new event of this batch,
 * new, or retry. An event that is new although an elder of its key is in the batch waits for the next one: the ledger must
 * hold the elder first. After a retry its group waits, so that nothing overtakes it.
 */
export function batchFates({ batch, believed, answer, windowMs }: FatesInput): Map<DedupEvent, Verdict> {
  const verdicts = new Map<DedupEvent, Verdict>();
  const blockedGroups = new Set<string>();
  const keysMet = new Set<string>();
  const fresh: DedupEvent[] = [];
  const within = (aMs: number, bMs: number) => Math.abs(aMs - bMs) < windowMs;

  const fateOf = (event: DedupEvent, isFirstOfKey: boolean): Verdict => {
    if (blockedGroups.has(event.groupId)) return { fate: 'retry', reason: RETRY_REASONS.group };
    if (!believed.has(event) && (answer === undefined || answer.unanswered.has(event.ledgerKey)))
      return { fate: 'retry', reason: RETRY_REASONS.ledger };
    const originalMs = answer?.receivedAtMs.get(event.ledgerKey);
    if (originalMs !== undefined && within(originalMs, event.receivedAtMs)) return { fate: 'duplicate' };
    const original = fresh.find((e) => e.ledgerKey === event.ledgerKey && within(e.receivedAtMs, event.receivedAtMs));
    if (original) return { fate: 'copy', of: original };
    return isFirstOfKey ? { fate: 'new' } : { fate: 'retry', reason: RETRY_REASONS.elder };
  };

  for (const event of batch) {
    const verdict = fateOf(event, !keysMet.has(event.ledgerKey));
    keysMet.add(event.ledgerKey);
    verdicts.set(event, verdict);
    if (verdict.fate === 'retry') blockedGroups.add(event.groupId);
    if (verdict.fate === 'new') fresh.push(event);
  }
  return verdicts;
}
