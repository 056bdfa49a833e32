import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { codeOf, messageOf } from '../../lib/platform/errors.ts';
import { deadlinesOf } from './deadlines.ts';
import type { RouterDeps } from './deps.ts';
import { outOfTime } from './outcome.ts';
import { report } from './outcome-log.ts';
import { readRecord } from './queued-record.ts';
import { visibilityChanges } from './retry-delays.ts';
import { type BatchProgress, type Uncommitted, workBatch } from './work-batch.ts';

export interface Invocation {
  getRemainingTimeInMillis(): number;
}

/**
 * Works one batch of the events queue (design §5): each record ends routed, duplicate, parked or to be retried; the last are
 * answered as `batchItemFailures` and made visible again when their time comes. Everything begun has ended when it resolves.
 * Never rejects: that would bring back records that have been routed.
 */
export function createHandler(deps: RouterDeps) {
  const uncommitted: Uncommitted = new Set();
  return async ({ Records }: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse> => {
    const records = Records.map(readRecord);
    const deadlines = deadlinesOf(deps.clock.nowMs(), invocation.getRemainingTimeInMillis());
    deps.calls.until(deadlines.publishByMs);
    try {
      const progress = await workBatch(deps, records, deadlines, uncommitted);
      deps.calls.until(deadlines.answerByMs);
      const answers = records.map((record) => ({ record, outcome: progress.outcomes.get(record) ?? outOfTime }));
      for (const { record, outcome } of answers) {
        const { envelopes, topics, durations } = progress;
        report(deps, { record, outcome, envelope: envelopes.get(record), topic: topics.get(record), durations });
      }
      // last of all: a record that is visible again may be with another invocation at once
      await Promise.all([delayRetries(deps, progress), deps.counters?.write()]);
      const failed = answers.filter(({ outcome }) => outcome.kind === 'retry');
      return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
    } finally {
      deps.calls.clear();
      deps.metrics.flush();
    }
  };
}

/** Without it they come back too, when the queue's visibility time-out is over. */
async function delayRetries({ visibility, log, clock, settings }: RouterDeps, { outcomes }: BatchProgress) {
  const changes = visibilityChanges(outcomes, settings.retry, clock.nowMs());
  try {
    if (changes.length > 0) await visibility.change(changes);
  } catch (error) {
    log.warn('retries not delayed', { reason: codeOf(error), detail: messageOf(error), records: changes.length });
  }
}
