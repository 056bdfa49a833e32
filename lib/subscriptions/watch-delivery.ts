import { isDeepStrictEqual } from 'node:util';
import { closeOpen } from './apply.ts';
import type { SubscriptionControl } from './control.ts';
import { type DeliverySettings, isActive, pollDelivery, type SeenDelivery } from './delivery.ts';
import { type OwedDeletionsSettings, oweDeletion } from './owed-deletions.ts';
import { AS_DECLARED, type PlannedAction } from './plan.ts';

export type WatchSettings = DeliverySettings & OwedDeletionsSettings;

/** Filled in. */
export interface WatchCounts {
  kept: number;
  /** Declared ones that deliver, and those that do not (yet). */
  active: number;
  notActive: number;
}

/** Looks at each that is as declared and not known to be active, remembers its state, tells the registry of a change. */
export async function watchDelivery(
  settings: WatchSettings,
  actions: readonly PlannedAction[],
  result: WatchCounts,
): Promise<void> {
  const kept = actions.filter((action) => action.type === 'keep');
  result.kept = kept.length;
  const watched: { memory: SubscriptionControl; id: string; known: boolean }[] = [];
  for (const { name, id, state } of kept.filter(({ reason }) => reason === AS_DECLARED)) {
    let memory = await settings.control.subscription(name);
    if (memory.open) memory = await closeOpen(settings.control, memory, id);
    const known =
      memory.subscriptionId === id && memory.state === 'active' && (state === undefined || state === 'active');
    watched.push({ memory, id, known });
  }
  const seen = await pollDelivery(
    watched.filter(({ known }) => !known).map(({ id }) => id),
    settings,
  );
  for (const { memory, id, known } of watched) {
    const look = known ? ACTIVE : (seen.get(id) ?? NOT_SEEN);
    if (isActive(look)) result.active++;
    else {
      result.notActive++;
      settings.log.warn('subscription is not active', { name: memory.name, subscriptionId: id, ...look });
    }
    if (look.state !== undefined) await tellState(settings, memory, id, look.state, look.problem);
  }
}

const ACTIVE: SeenDelivery = { state: 'active', problem: undefined };
const NOT_SEEN: SeenDelivery = { state: undefined, problem: 'no time was left to look' };

/**
 * Remembers the state; the registry hears of a change only, and of one it has missed until it has taken it. Where it
 * was told of another id, that one is gone, by hand or by a run that ended too early: it is owed that deletion too.
 */
async function tellState(
  settings: OwedDeletionsSettings,
  memory: SubscriptionControl,
  id: string,
  state: string,
  problem: string | undefined,
): Promise<void> {
  const remembered = problem === undefined ? state : `${state} (${problem})`; // not "active": it is looked at again
  let next: SubscriptionControl = { ...memory, subscriptionId: id, state: remembered };
  if (memory.toldId !== null && memory.toldId !== id) {
    await oweDeletion(settings, memory.toldId);
    next = { ...next, toldId: null, toldState: null };
  }
  const { registry, control } = settings;
  const isTold = next.toldId === id && next.toldState === state;
  if (registry !== undefined && !isTold && (await registry.tell(id, state)))
    next = { ...next, toldId: id, toldState: state };
  if (!isDeepStrictEqual(next, memory)) await control.putSubscription(next);
}
