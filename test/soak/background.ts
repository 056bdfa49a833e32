import { setTimeout as sleep } from 'node:timers/promises';
import type { SoakAws } from './aws.ts';
import type { SoakRelay } from './relays.ts';

const BATCHER_EVERY_MS = 3000;
const RECONCILER_EVERY_MS = 20_000;
const UNREADABLE_EVERY_MS = 7000;

/** A minute's and five minutes' schedules, more often; whatever becomes of a run, the next one comes. */
export async function keepTicking(relays: readonly SoakRelay[], stop: AbortSignal): Promise<void> {
  const every = async (functionName: string, everyMs: number) => {
    for (let turn = 0; !stop.aborted; turn++) {
      await sleep(everyMs, undefined, { signal: stop }).catch(() => undefined); // stopping ends the wait
      const url = relays[turn % relays.length]?.url();
      if (url === undefined || stop.aborted) continue;
      const signal = AbortSignal.any([stop, AbortSignal.timeout(60_000)]);
      await fetch(`${url}/_local/invoke/${functionName}`, { method: 'POST', signal }).catch(() => undefined);
    }
  };
  await Promise.all([every('dnc-batcher', BATCHER_EVERY_MS), every('subscription-reconciler', RECONCILER_EVERY_MS)]);
}

/** Poison among the events; answers how many. */
export async function sendUnreadables(aws: SoakAws, stop: AbortSignal): Promise<number> {
  for (let sent = 0; ; sent++) {
    await sleep(UNREADABLE_EVERY_MS, undefined, { signal: stop }).catch(() => undefined); // stopping ends the wait
    if (stop.aborted) return sent;
    await aws.sendUnreadable(`unreadable-${sent % 3}`);
  }
}
