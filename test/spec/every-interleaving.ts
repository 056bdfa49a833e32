import { createHash } from 'node:crypto';
import { DrivenWorld, type Spoil } from './driven-world.ts';
import { apply, enabled, RULES, type TinyScope, type World } from './filter-model.mjs';
import { isFault } from './random-runs.ts';

export interface Explored {
  states: number;
  /** Distinct states in which every event was answered. */
  ends: number;
  /** Stopped at `maxStates`. */
  cut: boolean;
}

/**
 * Every order in which the routers' steps, the scope's faults and time can follow each other, up to states that cannot be
 * told apart. Throws the first Violation, with the actions that led to it.
 */
export async function exploreAll(scope: TinyScope, maxStates: number, spoil?: Spoil): Promise<Explored> {
  const seen = new Set<string>();
  const open: string[][] = [[]];
  let ends = 0;
  for (let trace = open.pop(); trace; trace = open.pop()) {
    let world: DrivenWorld | undefined = await replay(scope, trace, spoil);
    let actions: string[] = trace;
    while (world) {
      const left = scope.budget - actions.filter(isFault).length;
      const state = fingerprint(world, left);
      if (seen.has(state)) break;
      if (seen.size >= maxStates) return { states: seen.size, ends, cut: true };
      seen.add(state);
      const next = possible(world, scope, left);
      if (world.msgs.every((m) => m.state === 'done')) ends++;
      const [first, ...others] = next;
      for (const action of others) open.push([...actions, action]);
      if (first === undefined) break;
      actions = [...actions, first]; // goes on in this world; the others begin anew
      await act(world, first, actions);
    }
    world = undefined;
  }
  return { states: seen.size, ends, cut: false };
}

async function act(world: DrivenWorld, action: string, trace: string[]): Promise<void> {
  try {
    apply(world, action);
    await world.settle();
  } catch (error) {
    throw Object.assign(error as Error, { trace });
  }
}

async function replay(scope: TinyScope, trace: string[], spoil?: Spoil): Promise<DrivenWorld> {
  const world = new DrivenWorld(scope, spoil, RULES);
  for (const action of trace) await act(world, action, trace);
  return world;
}

/** What may happen next in this scope; time passes only when nothing else can. */
function possible(world: World, { f: faults }: TinyScope, left: number): string[] {
  const weights = { step: 1, take: 1, next: 1, call: faults.scriptFaults || faults.dynamoFaults, ...faults };
  const may = (action: string) => {
    if (action.includes(' take ')) return action.endsWith('!');
    if (action.startsWith('time'))
      return action === 'time next' && world.routers.every((r) => !r.run) && world.free().length === 0;
    if (/ script (fail|lost|late)/.test(action)) return Boolean(faults.scriptFaults);
    if (isFault(action) && / (readRecord|updateRecord|get|publish|commit) /.test(action))
      return Boolean(faults.dynamoFaults);
    return !action.endsWith(' fp');
  };
  return enabled(world, weights, left)
    .map(([action]) => action)
    .filter(may);
}

/** Two worlds with one fingerprint behave alike from here on; stamps are told apart by their order of appearance only. */
function fingerprint(world: DrivenWorld, left: number): string {
  const names = new Map<string, string>();
  const state = JSON.stringify([
    world.now,
    world.msgs.map((m) => [m.state, m.visibleAt]),
    world.redis.up,
    world.redis.keys,
    world.record,
    world.ledger,
    world.late,
    world.published.map((p) => [p.m.id, p.committed, world.routers.findIndex((r) => r.run && r.batch === p.batch)]),
    world.routers.map((r) => [
      r.off,
      world.memoryOf(r),
      r.batch?.map((m) => m.id),
      r.history,
      r.pending.map((p) => [p.op.op, p.result, 'result' in p]),
    ]),
    left,
  ]);
  const named = state.replace(/\bs\d+/g, (stamp) => {
    const name = names.get(stamp) ?? `s${names.size}`;
    names.set(stamp, name);
    return name;
  });
  return createHash('md5').update(named).digest('base64');
}
