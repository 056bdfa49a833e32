import type { Log } from '../platform/logging.ts';
import { closeOpen } from './apply.ts';
import type { ControlStore, SubscriptionControl } from './control.ts';
import { type DeliverySettings, isActive, pollDelivery, type SeenDelivery } from './delivery.ts';
import type { DesiredSubscription } from './desired.ts';
import type { PlannedAction } from './plan.ts';
import type { RegistrySync } from './registry-sync.ts';

export interface WatchSettings extends DeliverySettings {
  desired: readonly DesiredSubscription[];
  control: ControlStore;
  /** Undefined: nobody wants to be told. */
  registry: RegistrySync | undefined;
  log: Log;
}

/** Filled in. */
export interface WatchCounts {
  kept: number;
  /** Declared ones that deliver, and those that do not (yet). */
  active: number;
  notActive: number;
}

/** Looks at each kept subscription that is not known to be active, remembers its state, tells the registry of a change. */
export async function watchDelivery(
  settings: WatchSettings,
  actions: readonly PlannedAction[],
  result: WatchCounts,
): Promise<void> {
  const declared = new Set(settings.desired.map(({ name }) => name));
  const kept = actions.filter((action) => action.type === 'keep');
  result.kept = kept.length;
  const watched: { memory: SubscriptionControl; id: string; known: boolean }[] = [];
  for (const { name, id, state } of kept.filter(({ name }) => declared.has(name))) {
    let memory = await settings.control.subscription(name);
    if (memory.open) memory = await closeOpen(settings.control, memory, id);
    const known =
      memory.subscriptionId === id && memory.state === 'active' && (state === undefined || state === 'active');
    watched.push({ memory: { ...memory, subscriptionId: id }, id, known });
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
    if (look.state !== undefined) await tellState(settings, memory, look.state, look.problem);
  }
}

const ACTIVE: SeenDelivery = { state: 'active', problem: undefined };
const NOT_SEEN: SeenDelivery = { state: undefined, problem: 'no time was left to look' };

/** Remembers the state; the registry hears of a change only, and of one it has missed until it has taken it. */
export async function tellState(
  { control, registry }: Pick<WatchSettings, 'control' | 'registry'>,
  memory: SubscriptionControl,
  state: string,
  problem?: string,
): Promise<void> {
  const remembered = problem === undefined ? state : `${state} (${problem})`; // not "active": it is looked at again
  const changed = memory.state !== remembered;
  const owed = registry !== undefined && memory.toldState !== state && memory.subscriptionId !== null;
  if (!changed && !owed) return;
  const told = owed && (await registry.tell(memory.subscriptionId as string, state));
  await control.putSubscription({ ...memory, state: remembered, toldState: told ? state : memory.toldState });
}
