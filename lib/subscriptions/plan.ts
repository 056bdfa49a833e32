import { type DesiredSubscription, MAX_SUBSCRIPTIONS } from './desired.ts';
import { differences, type FieldChange } from './difference.ts';
import { isOwned, payloadOf, type RemoteSubscription, type SubscriptionPayload } from './remote.ts';

export type PlannedAction =
  | { type: 'create'; name: string; payload: SubscriptionPayload; reason: string }
  | { type: 'update'; name: string; id: string; payload: SubscriptionPayload; changes: FieldChange[]; reason: string }
  | { type: 'delete'; name: string; id: string; reason: string }
  | { type: 'keep'; name: string; id: string; reason: string; state: string | undefined }
  /** A stranger bears the declared name, or is what we once made: nothing is done, somebody has to decide. */
  | { type: 'conflict'; name: string; id: string; reason: string };

/** The reason of what is declared, there, and needs nothing. */
export const AS_DECLARED = 'as declared';

export interface PlanInput {
  stage: string;
  desired: readonly DesiredSubscription[];
  actual: readonly RemoteSubscription[];
  prune: boolean;
  /** Id by declared name, of what the relay made or found before. */
  remembered: ReadonlyMap<string, string>;
}

export interface Plan {
  /** Deletions first, so that they make room for creations. */
  actions: PlannedAction[];
  /** Set when the organisation's limit would be passed: then nothing may be written. */
  limitError?: string;
}

/** Pure (design §7): a dry run shows exactly what `apply` would do. Only what bears the stage's mark is changed or deleted. */
export function plan({ stage, desired, actual, prune, remembered }: PlanInput): Plan {
  const owned = actual.filter((remote) => isOwned(remote, stage)).sort(byAge);
  const strangers = actual.filter((remote) => !isOwned(remote, stage));
  const matches = matchesOf(desired, owned, remembered);

  const declared = desired.map((declaration): PlannedAction => {
    const { name } = declaration;
    const remote = matches.get(name);
    if (remote) return updateOrKeep(remote, payloadOf(declaration, stage));
    const namesake = strangers.find((stranger) => stranger.name === name);
    if (namesake) return { type: 'conflict', name, id: namesake.id, reason: FOREIGN };
    const unmarked = strangers.find(({ id }) => id === remembered.get(name));
    if (unmarked) return { type: 'conflict', name, id: unmarked.id, reason: UNMARKED };
    return create(payloadOf(declaration, stage));
  });
  const matched = new Set(matches.values());
  const leftOver = owned.filter((remote) => !matched.has(remote)).map((remote) => deleteOrKeep(remote, desired, prune));

  const actions = [...leftOver, ...declared];
  const limitError = limitErrorOf(actual.length, actions);
  return limitError === undefined ? { actions } : { actions, limitError };
}

/** What `apply` has to do something for. */
export function pending(actions: readonly PlannedAction[]): PlannedAction[] {
  return actions.filter(({ type }) => type === 'create' || type === 'update' || type === 'delete');
}

/**
 * The owned one of each declared name: the remembered id before the name, since CXone may keep a name in another form than
 * it was given, and by name alone such a one would be created again in every run.
 */
function matchesOf(
  desired: readonly DesiredSubscription[],
  owned: readonly RemoteSubscription[],
  remembered: ReadonlyMap<string, string>,
): Map<string, RemoteSubscription> {
  const matches = new Map<string, RemoteSubscription>();
  const free = new Set(owned);
  const match = (name: string, isIt: (remote: RemoteSubscription) => boolean): void => {
    const found = matches.has(name) ? undefined : owned.find((remote) => free.has(remote) && isIt(remote));
    if (found === undefined) return;
    matches.set(name, found);
    free.delete(found);
  };
  for (const { name } of desired) match(name, ({ id }) => id === remembered.get(name));
  for (const { name } of desired) match(name, (remote) => remote.name === name);
  return matches;
}

/** Of two owned ones with one name (a lost answer to a creation) the elder stays. */
function byAge(a: RemoteSubscription, b: RemoteSubscription): number {
  const [left, right] = [`${a.createdDate ?? ''} ${a.id}`, `${b.createdDate ?? ''} ${b.id}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

const create = (payload: SubscriptionPayload): PlannedAction => ({
  type: 'create',
  name: payload.name,
  payload,
  reason: 'declared, not in CXone',
});

function updateOrKeep(remote: RemoteSubscription, payload: SubscriptionPayload): PlannedAction {
  const { id } = remote;
  const { name } = payload;
  const changes = differences(remote, payload);
  if (changes.length === 0) return { type: 'keep', name, id, reason: AS_DECLARED, state: remote.state };
  const paths = changes.map(({ path }) => path).join(', ');
  return { type: 'update', name, id, payload, changes, reason: `differs in ${paths}` };
}

function deleteOrKeep(
  remote: RemoteSubscription,
  desired: readonly DesiredSubscription[],
  prune: boolean,
): PlannedAction {
  const { id, name, state } = remote;
  const twin = desired.some((declaration) => declaration.name === name);
  const why = twin ? 'a second one of this name' : 'no longer declared';
  if (prune) return { type: 'delete', name, id, reason: why };
  return { type: 'keep', name, id, reason: `${why}; pruneSubscriptions is off`, state };
}

const FOREIGN =
  'CXone has one of this name that is not ours; rename the declaration, or delete or rename that one by hand';
const UNMARKED =
  'the one that was made for it has lost its name and our mark; rename the declaration, or delete that one by hand';

function limitErrorOf(have: number, actions: readonly PlannedAction[]): string | undefined {
  const count = (type: PlannedAction['type']) => actions.filter((action) => action.type === type).length;
  const after = have + count('create') - count('delete');
  if (count('create') === 0 || after <= MAX_SUBSCRIPTIONS) return undefined;
  return `CXone takes at most ${MAX_SUBSCRIPTIONS} subscriptions an organisation; this plan would make ${after}: remove some`;
}
