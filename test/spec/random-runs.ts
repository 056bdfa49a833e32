import { DrivenWorld, type Spoil } from './driven-world.ts';
import { apply, enabled, type Rules, rng, scenario, Violation, type World, weightsOf } from './filter-model.mjs';

export interface RunSettings {
  redrive?: boolean;
  off?: boolean;
  spoil?: Spoil;
  rules?: Rules;
}

const FAULT = /fail|lost| late$|partial|crash|flush|evict|down|rollback|redeploy/;
export const isFault = (action: string) => FAULT.test(action) && action !== 'redis late';

/** One random run of the deployed deduplicator in the specification's world, then a drain without faults. */
export async function randomRun(seed: number, { redrive = false, off = false, spoil, rules }: RunSettings = {}) {
  const rand = rng(seed);
  const setting = scenario(rand, { redrive });
  const weights = weightsOf(rand, { off });
  const world = new DrivenWorld(setting, spoil, rules);
  world.keepOld = weights.rollback > 0;
  let budget = Math.floor(rand() * 5);
  const act = async (action: string) => {
    apply(world, action);
    await world.settle();
  };
  for (let i = 0; i < 160 && world.msgs.some((m) => m.state !== 'done'); i++) {
    const list = enabled(world, weights, budget);
    let x = rand() * list.reduce((sum, [, weight]) => sum + weight, 0);
    const chosen =
      list.find(([, weight]) => {
        x -= weight;
        return x < 0;
      })?.[0] ?? 'time 1000';
    if (isFault(chosen)) budget--;
    await act(chosen);
  }
  await drain(world, act);
  return world;
}

async function drain(world: World, act: (action: string) => Promise<void>): Promise<void> {
  await act('redis up');
  for (let i = 0; world.msgs.some((m) => m.state !== 'done'); i++) {
    if (i > 400) throw new Violation('STUCK', 'the queue does not drain');
    const actions = enabled(world, { step: 1, take: 1, next: 1 }, 0).map(([action]) => action);
    const work = actions.find((a) => !a.startsWith('time') && a !== 'redis late' && !a.includes('!'));
    await act(work ?? (actions.includes('time next') ? 'time next' : 'time 1000'));
  }
}
