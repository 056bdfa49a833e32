import type { DesiredSubscription } from './desired.ts';
import type { PlannedAction } from './plan.ts';
import { isOwned, type RemoteSubscription } from './remote.ts';

/** One of CXone's subscriptions, as a list shows it. */
export interface ListedSubscription {
  id: string;
  name: string;
  eventType: string;
  /** As CXone's list gives it; null where it does not. */
  state: string | null;
  /** `undeclared`: bears our mark, and the stage file no longer has it. `foreign`: not ours, whatever its name. */
  standing: 'declared' | 'undeclared' | 'foreign';
}

export function listed(
  actual: readonly RemoteSubscription[],
  actions: readonly PlannedAction[],
  desired: readonly DesiredSubscription[],
  stage: string,
): ListedSubscription[] {
  const names = new Set(desired.map(({ name }) => name));
  // by the plan, since CXone may have a declared one under another name
  const declared = new Set(actions.flatMap((action) => ('id' in action && names.has(action.name) ? [action.id] : [])));
  return actual.map((remote) => {
    const { id, name, eventType, state = null } = remote;
    const ours = declared.has(id) ? 'declared' : 'undeclared';
    return { id, name, eventType, state, standing: isOwned(remote, stage) ? ours : 'foreign' };
  });
}
