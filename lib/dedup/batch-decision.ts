import { randomBytes } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import { batchFates, RETRY_REASONS } from './batch-fates.ts';
import type { BloomWindow } from './bloom-window.ts';
import { confirmBits } from './confirmation.ts';
import type { FilterRecord, FilterRecordStore } from './filter-record.ts';
import { generationOf } from './generations.ts';
import type { Ledger, LedgerAnswer } from './ledger.ts';
import type { DedupEvent, DedupStats, Verdict } from './types.ts';
import { askWindow, contradictions, remember, type SeenGenerations, type WindowAnswer } from './window-check.ts';

/** Older events do not go to Redis: their generations are about to end, and the ledger alone decides. */
const YOUNG_MS = 12 * 3_600_000;

export type DedupStore = 'redis' | 'filter-record' | 'ledger';

export interface DeduplicatorDeps {
  /** Undefined: `dedup.filter` is "off", and the ledger decides everything. */
  bloom: BloomWindow | undefined;
  record: FilterRecordStore;
  ledger: Ledger;
  clock: Clock;
  windowMs: number;
  /** Told of every failed call to a store; the decision says what it meant for the events. For the log. */
  onFault: (store: DedupStore, error: unknown) => void;
  /** 16 random hex digits. */
  freshStamp?: () => string;
}

export const NO_STATS: DedupStats = {
  believed: 0,
  asked: 0,
  falsePositives: 0,
  filterUnavailable: false,
  filterDamaged: false,
};
const NOTHING_ASKED: LedgerAnswer = { receivedAtMs: new Map(), unanswered: new Set() };

export interface Decided {
  verdicts: Map<DedupEvent, Verdict>;
  stats: DedupStats;
  /** What the ledger said; a commit must not lower it. */
  answer: LedgerAnswer;
}

/** Steps 1 to 6 of design §4 for one batch. Never rejects. `seen` is what this process remembers; it is brought up to date. */
export async function decideBatch(
  deps: DeduplicatorDeps,
  seen: SeenGenerations,
  batch: readonly DedupEvent[],
): Promise<Decided> {
  const { bloom, windowMs, clock, freshStamp = randomStamp } = deps;
  const startMs = clock.nowMs();
  const young = batch.filter((event) => startMs - event.receivedAtMs < YOUNG_MS);
  const ask = async (): Promise<WindowAnswer | undefined> =>
    bloom && young.length > 0
      ? askWindow(bloom, young, freshStamp(), seen).catch(fault(deps, 'redis'))
      : Promise.resolve(undefined);

  // 1. Redis and the filter record, side by side.
  const [first, record] = await Promise.all([ask(), deps.record.read().catch(fault(deps, 'filter-record'))]);
  if (!record) return { verdicts: retryAll(batch, RETRY_REASONS.record), stats: NO_STATS, answer: NOTHING_ASKED };

  // 2. Believe or ask. Only this first reply is ever believed.
  const trouble = young.length > 0 && (!first || contradictions(first, record).length > 0);
  const known = (event: DedupEvent) => !trouble && young.includes(event) && isPastSince(event, record, windowMs);
  const believed = new Set(batch.filter((event) => known(event) && first?.isNew(event)));

  // 3. The ledger; beside it, on trouble, Redis once more, and that reply counts from here on.
  const asked = batch.filter((event) => !believed.has(event));
  const [answer, second] = await Promise.all([askLedger(deps, asked), trouble ? ask() : undefined]);
  const counting = trouble ? second : first;
  if (counting) remember(seen, counting);
  const verdicts = batchFates({ batch, believed, answer, windowMs });
  const fresh = batch.filter((event) => verdicts.get(event)?.fate === 'new');

  // 4. to 6. Lost bits reported, generations listed, the rest covered.
  const nowMs = clock.nowMs();
  const input = { batch, fresh, young: new Set(young), answer: counting, record, nowMs, windowMs };
  const confirmed = await confirmBits(deps.record, input, fault(deps, 'filter-record')).catch(
    fault(deps, 'filter-record'),
  );
  const stats: DedupStats = {
    believed: believed.size,
    asked: asked.length,
    falsePositives: fresh.filter((event) => known(event) && !believed.has(event)).length,
    filterUnavailable: bloom !== undefined && young.length > 0 && !counting,
    filterDamaged: confirmed?.damaged ?? false,
    ...fillRatio(bloom, counting, nowMs),
  };
  if (!confirmed) keepDuplicatesOnly(verdicts);
  return { verdicts, stats, answer: answer ?? NOTHING_ASKED };
}

const randomStamp = () => randomBytes(8).toString('hex');

const isPastSince = (event: DedupEvent, record: FilterRecord, windowMs: number) =>
  event.receivedAtMs >= record.sinceMs + windowMs;

function fault(deps: DeduplicatorDeps, store: DedupStore): (error: unknown) => undefined {
  return (error) => {
    deps.onFault(store, error);
    return undefined;
  };
}

async function askLedger(deps: DeduplicatorDeps, asked: readonly DedupEvent[]): Promise<LedgerAnswer | undefined> {
  if (asked.length === 0) return NOTHING_ASKED;
  return deps.ledger.find(new Set(asked.map((event) => event.ledgerKey))).catch(fault(deps, 'ledger'));
}

export const retryAll = (batch: readonly DedupEvent[], reason: string): Map<DedupEvent, Verdict> =>
  new Map(batch.map((event) => [event, { fate: 'retry', reason }]));

/** `sinceMs` could not be moved: nothing new may be committed, so nothing may be published. */
function keepDuplicatesOnly(verdicts: Map<DedupEvent, Verdict>): void {
  for (const [event, { fate }] of verdicts) {
    if (fate === 'new' || fate === 'copy') verdicts.set(event, { fate: 'retry', reason: RETRY_REASONS.record });
  }
}

function fillRatio(bloom: BloomWindow | undefined, answer: WindowAnswer | undefined, nowMs: number) {
  const adds = answer?.generations.get(generationOf(nowMs))?.adds;
  return bloom && adds !== undefined ? { fillRatio: adds / bloom.capacity } : {};
}
