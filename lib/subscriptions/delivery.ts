import type { Clock } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { DeliveryStatus, SubscriptionApi } from './api.ts';

/** Contract §7: base 2 s, factor 2, jitter up to 0.5 s, a bounded number of times; the rest is taken up in the next run. */
const FIRST_WAIT_MS = 2000;
const JITTER_MS = 500;
const MAX_ROUNDS = 4;

export interface DeliverySettings {
  api: SubscriptionApi;
  clock: Clock;
  random?: () => number;
  deadlineMs: number;
}

/** State per subscription id after polling; `active` only when CXone reports it without a delivery error. */
export async function pollDelivery(ids: readonly string[], settings: DeliverySettings): Promise<Map<string, string>> {
  const { api, clock, random = Math.random, deadlineMs } = settings;
  const states = new Map<string, string>();
  let waiting = [...ids];
  for (let round = 0; round < MAX_ROUNDS && waiting.length > 0; round++) {
    if (round > 0) {
      const waitMs = FIRST_WAIT_MS * 2 ** (round - 1) + random() * JITTER_MS;
      if (clock.nowMs() + waitMs >= deadlineMs) break;
      await clock.sleep(waitMs);
    }
    const looks = await Promise.all(waiting.map(async (id) => [id, await look(api, id, deadlineMs)] as const));
    for (const [id, state] of looks) states.set(id, state);
    waiting = waiting.filter((id) => states.get(id) !== 'active');
  }
  return states;
}

async function look(api: SubscriptionApi, id: string, deadlineMs: number): Promise<string> {
  try {
    return stateOf(await api.deliveryStatus(id, deadlineMs));
  } catch (error) {
    return `unknown (${messageOf(error).slice(0, 200)})`;
  }
}

function stateOf({ state, lastDeliveryError }: DeliveryStatus): string {
  return lastDeliveryError === undefined ? state : `${state} (${lastDeliveryError.slice(0, 200)})`;
}
