import { PoisonError } from '../../lib/platform/errors.ts';
import { type Deadlines, hasTime } from './deadlines.ts';
import type { RouterDeps } from './deps.ts';
import { behindElder, DONE, outOfTime, retryAfter, type StepResult } from './outcome.ts';
import { park } from './parking.ts';
import type { RouterEvent } from './router-event.ts';

export const HELD_BACK = 'elder-of-its-group-retried';

/**
 * Does `step` for each event: groups side by side, the events of a group one after another. What `step` throws becomes the
 * event's result: PoisonError parks it, anything else has it retried, and the group's later events with it.
 */
export async function inGroupOrder(
  deps: RouterDeps,
  events: readonly RouterEvent[],
  deadlines: Deadlines,
  step: (event: RouterEvent) => Promise<void>,
): Promise<Map<RouterEvent, StepResult>> {
  const results = new Map<RouterEvent, StepResult>();
  const workGroup = async (group: readonly RouterEvent[]) => {
    let held = false;
    for (const event of group) {
      const result: StepResult = held ? behindElder(HELD_BACK) : await attempt(deps, event, deadlines, step);
      results.set(event, result);
      held ||= result.kind === 'retry';
    }
  };
  await Promise.all([...Map.groupBy(events, ({ groupId }) => groupId).values()].map(workGroup));
  return results;
}

/** One event's step, bounded by the time that is left to begin it. Never rejects. */
export async function attempt(
  deps: RouterDeps,
  event: RouterEvent,
  deadlines: Deadlines,
  step: (event: RouterEvent) => Promise<void>,
): Promise<StepResult> {
  if (!hasTime(deps.clock, deadlines)) return outOfTime;
  try {
    await step(event);
    return DONE;
  } catch (error) {
    if (error instanceof PoisonError) return park(deps, event.record, error, event.envelope);
    return retryAfter(error);
  }
}
