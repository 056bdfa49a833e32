import type { Stop } from '../../lib/dnc/answer-steps.ts';
import type { DrainRun } from '../../lib/dnc/drain.ts';
import { emptyTally, type Tally } from '../../lib/dnc/fates.ts';
import type { PendingSummary } from '../../lib/dnc/pending-summary.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import { ConfigError, codeOf, messageOf } from '../../lib/platform/errors.ts';
import type { HeldLease } from '../../lib/platform/lease.ts';
import type { Log } from '../../lib/platform/logging.ts';
import type { Metrics } from '../../lib/platform/metrics.ts';

export interface DncBatcherDeps {
  /** Undefined while another run holds it. */
  acquireLease(): Promise<HeldLease | undefined>;
  /** How long that lease lasts. */
  leaseMs: number;
  /** Releases the lease itself, as soon as that is safe. */
  drain(run: DrainRun, tally: Tally): Promise<'empty' | Stop>;
  summary(): Promise<PendingSummary>;
  /** The longest that one request may take, from its announcement on. */
  longestRequestMs: number;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface BatcherContext {
  getRemainingTimeInMillis(): number;
}

export interface BatcherReport {
  status: 'done';
  /** Wishes that left in at least one request. */
  sent: number;
  confirmed: number;
  /** Numbers whose last attempt was refused in this run. */
  failed: number;
  /** Pending numbers now, due or not. */
  remaining: number;
  oldestPendingAgeSeconds: number;
  /** All numbers that are `failed` now. */
  failedInAll: number;
  requests: number;
  stoppedBy: 'empty' | Stop;
}
export type BatcherResult = BatcherReport | { status: 'busy' };

/** Kept back for settling the last answer, the summary and the lease. */
const RESERVE_MS = 15_000;

/**
 * Drains the DNC queue once (design §6), one run at a time. Throws, after reporting, what only a person can mend (401, 403, a
 * wrong path), so that the function's own error alarm rings; no number suffers from it.
 */
export function createHandler(deps: DncBatcherDeps) {
  const { clock, log } = deps;
  return async (_event: unknown, context: BatcherContext): Promise<BatcherResult> => {
    const deadlineMs = clock.nowMs() + context.getRemainingTimeInMillis() - RESERVE_MS;
    if (deadlineMs - clock.nowMs() < deps.longestRequestMs) {
      const seconds = Math.ceil((deps.longestRequestMs + RESERVE_MS) / 1000);
      throw new ConfigError('time-out of dnc-batcher', `leaves no time for one request; set more than ${seconds} s`);
    }
    const acquiredAtMs = clock.nowMs();
    const lease = await deps.acquireLease();
    if (!lease) {
      log.info('another run drains the DNC queue, or one broke off less than its lease ago; this one does nothing');
      return { status: 'busy' };
    }
    const tally = emptyTally();
    const run = { lease, acquiredAtMs, leaseMs: deps.leaseMs, deadlineMs };
    const [drained] = await Promise.allSettled([deps.drain(run, tally)]);
    const [summary] = await Promise.allSettled([deps.summary()]);
    if (drained.status === 'rejected') {
      log.error('DNC queue not drained', {
        ...countsOf(tally),
        code: codeOf(drained.reason),
        error: messageOf(drained.reason),
      });
    }
    emit(deps.metrics, tally, summary.status === 'fulfilled' ? summary.value : undefined);
    if (drained.status === 'rejected') throw drained.reason;
    if (summary.status === 'rejected') throw summary.reason;
    const report = reportOf(tally, summary.value, drained.value);
    log[drained.value === 'outage' ? 'error' : 'info']('DNC queue drained', { ...report });
    return report;
  };
}

function countsOf({ sent, confirmed, failed, requests }: Tally) {
  return { sent, confirmed, failed, requests };
}

function reportOf(tally: Tally, summary: PendingSummary, stoppedBy: 'empty' | Stop): BatcherReport {
  const { pending, failed, oldestPendingAgeSeconds } = summary;
  return {
    status: 'done',
    ...countsOf(tally),
    remaining: pending,
    oldestPendingAgeSeconds,
    failedInAll: failed,
    stoppedBy,
  };
}

function emit(metrics: Metrics, tally: Tally, summary: PendingSummary | undefined): void {
  if (tally.sent > 0) metrics.add('DncSent', tally.sent);
  if (tally.confirmed > 0) metrics.add('DncConfirmed', tally.confirmed);
  if (tally.failed > 0) metrics.add('DncFailed', tally.failed);
  for (const seconds of tally.eventToConfirmationSeconds) metrics.add('DncEventToConfirmation', seconds, 'Seconds');
  if (!summary) return;
  metrics.add('DncPending', summary.pending);
  metrics.add('DncFailedNumbers', summary.failed);
  metrics.add('DncOldestPendingAge', summary.oldestPendingAgeSeconds, 'Seconds');
}
