import { clip } from '../platform/clip.ts';
import type { Clock } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { SubscriptionApi } from './api.ts';

/** Contract §7: base 2 s, factor 2, jitter up to 0.5 s, a bounded number of times; the rest is taken up in the next run. */
const FIRST_WAIT_MS = 2000;
const JITTER_MS = 500;
const MAX_ROUNDS = 4;
const MAX_PROBLEM_LENGTH = 200;

export interface DeliverySettings {
  api: SubscriptionApi;
  clock: Clock;
  random?: () => number;
  deadlineMs: number;
}

export interface SeenDelivery {
  /** CXone's own word. Undefined: the look itself failed, which says nothing about the subscription. */
  state: string | undefined;
  /** CXone's last delivery error, or why the look failed. */
  problem: string | undefined;
}

/** Delivers: CXone says so, and reports no error. */
export const isActive = ({ state, problem }: SeenDelivery): boolean => state === 'active' && problem === undefined;

/** What was last seen of each subscription, by id, after polling until all are active. */
export async function pollDelivery(
  ids: readonly string[],
  settings: DeliverySettings,
): Promise<Map<string, SeenDelivery>> {
  const { api, clock, random = Math.random, deadlineMs } = settings;
  const seen = new Map<string, SeenDelivery>();
  let waiting = [...ids];
  for (let round = 0; round < MAX_ROUNDS && waiting.length > 0; round++) {
    if (round > 0) {
      const waitMs = FIRST_WAIT_MS * 2 ** (round - 1) + random() * JITTER_MS;
      if (clock.nowMs() + waitMs >= deadlineMs) break;
      await clock.sleep(waitMs);
    }
    const looks = await Promise.all(waiting.map(async (id) => [id, await look(api, id, deadlineMs)] as const));
    for (const [id, look] of looks) seen.set(id, look);
    waiting = looks.filter(([, look]) => !isActive(look)).map(([id]) => id);
  }
  return seen;
}

async function look(api: SubscriptionApi, id: string, deadlineMs: number): Promise<SeenDelivery> {
  try {
    const { state, lastDeliveryError } = await api.deliveryStatus(id, deadlineMs);
    return { state, problem: lastDeliveryError && clip(lastDeliveryError, MAX_PROBLEM_LENGTH) };
  } catch (error) {
    return { state: undefined, problem: clip(messageOf(error), MAX_PROBLEM_LENGTH) };
  }
}
