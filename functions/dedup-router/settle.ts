import { RETRY_REASONS } from '../../lib/dedup/batch-fates.ts';
import type { DedupEvent, Verdict } from '../../lib/dedup/types.ts';
import type { Delivery } from './deliver.ts';
import { behindElder, type Outcome, type Retry, worstOf } from './outcome.ts';
import type { RouterEvent } from './router-event.ts';

/** What is known of a batch when all its steps are over. */
export interface Worked {
  verdicts: ReadonlyMap<DedupEvent, Verdict>;
  delivery: Delivery;
  committed: ReadonlySet<DedupEvent>;
}

/**
 * The outcome of each event, elders first, because copies share the fate of the first: routed once it is, and retried with
 * it. A copy of a parked event is retried too, and then decided by itself: with strategy `interaction` its content is
 * another, and may be one that the topic takes.
 *
 * An event whose topic has confirmed it is committed even when its interaction state could not be stored. It is retried,
 * comes back as a duplicate, and its state is stored then; so it stands in the topic once.
 *
 * Acknowledging a record while an elder of its group is retried is right when their destinations differ: SQS deletes by
 * receipt handle and hands out nothing of the group until the elder is visible again, and order is promised per order key
 * and topic (guarantee 5). Within one destination the steps have held back what follows a retry.
 */
export function settle(events: readonly RouterEvent[], worked: Worked): Map<RouterEvent, Outcome> {
  const outcomes = new Map<RouterEvent, Outcome>();
  const byId = new Map<string, Outcome>();
  for (const event of events) {
    const outcome = outcomeOfEvent(event, worked, (of) => byId.get(of.id));
    outcomes.set(event, outcome);
    byId.set(event.id, outcome);
  }
  return outcomes;
}

function outcomeOfEvent(
  event: RouterEvent,
  { verdicts, delivery, committed }: Worked,
  outcomeOf: (event: DedupEvent) => Outcome | undefined,
): Outcome {
  const verdict = verdicts.get(event);
  if (verdict === undefined) return unwritten('undecided');
  if (verdict.fate === 'retry') return retryOf(verdict.reason);
  const state = delivery.state.get(event);
  if (verdict.fate === 'new') {
    const destination = delivery.destination.get(event) ?? unwritten('undelivered');
    const step = worstOf([destination, state]);
    if (step.kind === 'parked') return step;
    // said rather than what became of the state: the topic has it, and may get it again
    if (destination.kind === 'done' && !committed.has(event)) return unwritten(RETRY_REASONS.unwritable);
    return step.kind === 'retry' ? step : { kind: 'routed' };
  }
  const step = worstOf([state]);
  if (step.kind !== 'done') return step;
  if (verdict.fate === 'duplicate') return { kind: 'duplicate' };
  const first = outcomeOf(verdict.of)?.kind;
  return first === 'routed' || first === 'duplicate' ? { kind: 'duplicate' } : behindElder(`its-first-${first}`);
}

const unwritten = (reason: string): Retry => ({ kind: 'retry', cause: 'fault', reason });

/** Waiting for an elder is no fault: it comes again as soon as that one does. */
function retryOf(reason: string): Retry {
  const waits = reason === RETRY_REASONS.elder || reason === RETRY_REASONS.group;
  return { kind: 'retry', cause: waits ? 'elder' : 'fault', reason };
}
