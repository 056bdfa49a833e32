import type { DedupEvent, DedupStats } from '../../lib/dedup/types.ts';
import type { Envelope } from '../../lib/events/envelope.ts';
import type { LogFields } from '../../lib/platform/logging.ts';
import type { Metrics } from '../../lib/platform/metrics.ts';
import { type Deadlines, hasTime } from './deadlines.ts';
import { type Delivery, deliver } from './deliver.ts';
import type { RouterDeps } from './deps.ts';
import { openRecords } from './open-records.ts';
import { type Outcome, outOfTime, retryAfter } from './outcome.ts';
import type { QueuedRecord } from './queued-record.ts';
import type { RouterEvent } from './router-event.ts';
import { settle } from './settle.ts';

/** What a batch's lines and answer are made of. Filled in as the batch goes on, so that an unforeseen error finds it. */
export interface BatchProgress {
  outcomes: Map<QueuedRecord, Outcome>;
  /** Of all records whose envelope could be read. */
  envelopes: Map<QueuedRecord, Envelope>;
  topics: Map<QueuedRecord, string>;
  durations: LogFields;
}

/** Lives as long as the process: records that a topic has confirmed and the ledger has not taken. */
export type Uncommitted = Set<string>;

/** The ledger's fault ends the publishing of new events (lib/dedup), so there are a few batches at most. */
const UNCOMMITTED_LIMIT = 1000;

/** Design §5, steps 1 to 5, up to each record's outcome. Never rejects. */
export async function workBatch(
  deps: RouterDeps,
  records: readonly QueuedRecord[],
  deadlines: Deadlines,
  uncommitted: Uncommitted,
): Promise<BatchProgress> {
  const progress: BatchProgress = { outcomes: new Map(), envelopes: new Map(), topics: new Map(), durations: {} };
  try {
    await work(deps, records, deadlines, uncommitted, progress);
  } catch (error) {
    deps.log.error('batch broken off', { reason: error instanceof Error ? (error.stack ?? error.message) : error });
    for (const record of records)
      if (!progress.outcomes.has(record)) progress.outcomes.set(record, retryAfter(error, 'unexpected'));
  }
  return progress;
}

async function work(
  deps: RouterDeps,
  records: readonly QueuedRecord[],
  deadlines: Deadlines,
  uncommitted: Uncommitted,
  progress: BatchProgress,
): Promise<void> {
  const { clock } = deps;
  const startMs = clock.nowMs();
  const events = await openRecords(deps, records, deadlines, progress.outcomes, progress.envelopes);
  if (events.length === 0) return;
  if (!hasTime(clock, deadlines)) {
    for (const { record } of events) progress.outcomes.set(record, outOfTime);
    return;
  }

  const { verdicts, stats, commit } = await deps.deduplicator.decide(events);
  measure(deps.metrics, stats);
  const decidedMs = clock.nowMs();
  const delivery = await deliver(deps, events, verdicts, deadlines, uncommitted);
  for (const [event, topic] of delivery.topics) progress.topics.set(event.record, topic);
  const deliveredMs = clock.nowMs();

  const published = events.filter((event) => delivery.destination.get(event)?.kind === 'done');
  deps.calls.until(deadlines.commitByMs);
  const committed = published.length > 0 ? await commit(published, deadlines.commitByMs) : new Set<DedupEvent>();
  remember(uncommitted, published, committed, delivery);
  for (const [event, outcome] of settle(events, { verdicts, delivery, committed }))
    progress.outcomes.set(event.record, outcome);
  progress.durations = {
    decideMs: decidedMs - startMs,
    deliverMs: deliveredMs - decidedMs,
    commitMs: clock.nowMs() - deliveredMs,
  };
}

/**
 * A record that comes back to this process is committed without being sent again. Another process does not know, and sends
 * it again: at most a repeat.
 */
function remember(
  uncommitted: Uncommitted,
  published: readonly RouterEvent[],
  committed: ReadonlySet<DedupEvent>,
  { topics }: Delivery,
): void {
  for (const event of published) {
    if (committed.has(event)) uncommitted.delete(event.id);
    else if (topics.has(event)) uncommitted.add(event.id);
  }
  for (const id of uncommitted) {
    if (uncommitted.size <= UNCOMMITTED_LIMIT) break;
    uncommitted.delete(id);
  }
}

function measure(metrics: Metrics, stats: DedupStats): void {
  if (stats.asked > 0) {
    metrics.add('LedgerReads', stats.asked);
    metrics.add('FilterFalsePositives', stats.falsePositives);
  }
  metrics.add('FilterUnavailable', Number(stats.filterUnavailable));
  if (stats.filterDamaged) metrics.add('FilterDamaged', 1);
  if (stats.fillRatio !== undefined)
    metrics.add('FilterFillRatio', Math.round(10_000 * stats.fillRatio) / 100, 'Percent');
}
