import type { Clock } from '../platform/clock.ts';
import type { HeldLease } from '../platform/lease.ts';

/** From the call until a request may begin (token, limiter), its time-out, and how long CXone may still execute it after that. */
export interface LatenessSettings {
  beginMs: number;
  timeoutMs: number;
  lateExecutionMs: number;
}

export const DEFAULT_LATENESS: LatenessSettings = { beginMs: 10_000, timeoutMs: 30_000, lateExecutionMs: 120_000 };

/** A lease of this length is renewed about every 20 s while it covers the defaults. */
export const DEFAULT_LEASE_MS = 180_000;

/**
 * Why a request that dies with its sender cannot undo a newer preference, at the price of no write a number:
 *
 *     run A   send(optOut, event 1) ✗ killed         run B   send(optIn, event 2)
 *             │← begin + time-out →│← late execution →│
 *             │←──────────── the lease covers ───────►│ only now B gets the lease
 *
 * Nothing is sent unless the lease lasts at least until CXone can no longer execute it, and a lease is released only when
 * every request has been answered or its numbers' `notBefore` is written. Bound: CXone executes no request later than
 * `lateExecutionMs` after its client gave up; clocks differ by less than the spare of the lease; a process is not frozen
 * between the check and the send (Lambda freezes none that runs).
 */
export interface LeaseCover {
  /** True: the lease covers a request that is sent now. False: it was lost, send nothing more. */
  ensure(): Promise<boolean>;
}

export function leaseCover(
  lease: HeldLease,
  settings: { acquiredAtMs: number; durationMs: number; lateness: LatenessSettings; clock: Clock },
): LeaseCover {
  const { durationMs, lateness, clock } = settings;
  const neededMs = lateness.beginMs + lateness.timeoutMs + lateness.lateExecutionMs;
  let untilMs = settings.acquiredAtMs + durationMs;
  return {
    async ensure() {
      const nowMs = clock.nowMs();
      if (untilMs - nowMs >= neededMs) return true;
      if (!(await lease.renew())) return false;
      untilMs = nowMs + durationMs; // counted from before the write: never later than what is stored
      return untilMs - clock.nowMs() >= neededMs;
    },
  };
}
