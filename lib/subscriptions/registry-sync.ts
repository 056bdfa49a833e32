import { fullJitterMs } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Log } from '../platform/logging.ts';

/** The registry that is told of state changes (contract §7): anything that takes a POST. */
export interface RegistrySync {
  /** True when the registry took it. Never rejects: a registry that is away must not block the reconcile. */
  tell(subscriptionId: string, state: string): Promise<boolean>;
}

export interface RegistrySyncSettings {
  url: string;
  clock: Clock;
  log: Log;
  timeoutMs?: number;
  deadlineMs: number;
}

const TRIES = 3;
const BACKOFF = { firstDelayMs: 500, maxDelayMs: 4000 };

export function createRegistrySync(settings: RegistrySyncSettings): RegistrySync {
  const { url, clock, log, timeoutMs = 5000, deadlineMs } = settings;
  return {
    async tell(subscriptionId, state) {
      let fault: unknown;
      for (let attempt = 0; attempt < TRIES; attempt++) {
        if (attempt > 0) await clock.sleep(fullJitterMs(attempt, BACKOFF));
        const leftMs = deadlineMs - clock.nowMs();
        if (leftMs <= 0) break;
        try {
          await post(
            url,
            { subscriptionId, state, timestamp: new Date(clock.nowMs()).toISOString() },
            Math.min(timeoutMs, leftMs),
          );
          return true;
        } catch (error) {
          fault = error;
        }
      }
      const reason = fault === undefined ? 'no time left in this run' : messageOf(fault);
      log.warn('registry not told of a subscription state; the next run tries again', {
        subscriptionId,
        state,
        reason,
      });
      return false;
    },
  };
}

async function post(url: string, body: object, timeoutMs: number): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'X-Event-Source': 'cxone-eventbridge' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`the registry answered ${answer.status}`);
}
