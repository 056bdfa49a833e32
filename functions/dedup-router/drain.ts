import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Log } from '../../lib/platform/logging.ts';
import type { QueueReader } from '../../lib/platform/queue-reader.ts';
import type { Invocation } from './handler.ts';

/** A batch that is begun with less could be cut off by the function's own time-out. */
const LEAST_MS = 15_000;
/** For deleting what was worked: Lambda's event source does that after the function has ended, a run by the clock within it. */
const REMOVE_MS = 4000;

export interface DrainDeps {
  queue: QueueReader;
  work: (event: SQSEvent, invocation: Invocation) => Promise<SQSBatchResponse>;
  log: Pick<Log, 'warn'>;
}

/**
 * A run by the clock (`routerRuns: "every-minute"`): works batch after batch, as Lambda's event source would hand them over,
 * until the queue gives nothing or its time is nearly over; what then remains is the next run's. Two runs at a time are as
 * safe as two batches at a time: SQS gives a group's later messages to nobody while earlier ones are out.
 * Rejects when the queue cannot be read: a failed run, which the function's alarm counts.
 */
export function createDrain({ queue, work, log }: DrainDeps) {
  return async (invocation: Invocation): Promise<void> => {
    const forWork: Invocation = { getRemainingTimeInMillis: () => invocation.getRemainingTimeInMillis() - REMOVE_MS };
    while (invocation.getRemainingTimeInMillis() >= LEAST_MS) {
      const Records = await queue.receive();
      if (Records.length === 0) return;
      const { batchItemFailures } = await work({ Records }, forWork);
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const kept = await queue.remove(Records.filter(({ messageId }) => !failed.has(messageId)));
      if (kept > 0) log.warn('worked messages not deleted; they come again as repeats', { records: kept });
    }
  };
}
