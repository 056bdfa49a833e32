import type { Log } from '../platform/logging.ts';
import type { ControlStore } from './control.ts';
import type { RegistrySync } from './registry-sync.ts';

export interface OwedDeletionsSettings {
  control: ControlStore;
  /** Undefined: nobody wants to be told. */
  registry: RegistrySync | undefined;
  log: Log;
}

/** Five times all that an organisation may have; the list must fit into one item. */
const MAX_OWED = 500;

/**
 * Notes that the registry is to hear of a deletion; before it is made, since nothing reminds of it once it is. While more
 * than 500 are owed the oldest is forgotten, with a line in the log.
 */
export async function oweDeletion({ control, registry, log }: OwedDeletionsSettings, id: string): Promise<void> {
  if (registry === undefined) return;
  const owed = await control.owedDeletions();
  if (owed.includes(id)) return;
  const [oldest] = owed;
  const isFull = owed.length >= MAX_OWED;
  if (isFull) log.warn('registry will not hear of a deletion: it has missed too many', { subscriptionId: oldest });
  await control.putOwedDeletions([...(isFull ? owed.slice(1) : owed), id]);
}

/**
 * Tells the registry of what is gone by now. The first that it does not take ends this for the run and comes last in the
 * next: a registry that is away costs one call's patience, and one that it never takes does not hold up the others.
 */
export async function tellDeletions(
  { control, registry }: OwedDeletionsSettings,
  isListed: (id: string) => boolean,
): Promise<void> {
  if (registry === undefined) return;
  let owed = await control.owedDeletions();
  const gone = owed.filter((id) => !isListed(id));
  if (gone.length === 0) return;
  for (const id of gone) {
    owed = owed.filter((one) => one !== id);
    if (await registry.tell(id, 'deleted')) continue;
    owed.push(id);
    break;
  }
  await control.putOwedDeletions(owed);
}
