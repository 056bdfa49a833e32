import type { Clock } from '../platform/clock.ts';
import { UnavailableError } from '../platform/errors.ts';

export function deadlinePassed(): UnavailableError {
  return new UnavailableError('kafka-deadline', 'the deadline passed before the brokers had confirmed');
}

/** Rejects with `kafka-deadline` at `deadlineMs` (epoch), at once when that has passed; `work` itself goes on. */
export async function beforeDeadline<T>(clock: Clock, deadlineMs: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const deadline = clock.sleep(Math.max(0, deadlineMs - clock.nowMs()), timer.signal).then(() => {
    throw deadlinePassed();
  });
  work.catch(() => undefined);
  deadline.catch(() => undefined);
  try {
    return await Promise.race([work, deadline]);
  } finally {
    timer.abort(new Error('no longer waited for'));
  }
}
