import { PoisonError } from '../../lib/platform/errors.ts';
import type { OutgoingRecord } from '../../lib/routing/sink.ts';
import { type Deadlines, hasTime } from './deadlines.ts';
import type { RouterDeps } from './deps.ts';
import { attempt, HELD_BACK } from './group-order.ts';
import { behindElder, DONE, outOfTime, type Retry, retryAfter, type StepResult } from './outcome.ts';
import { PARK_FAILED, park } from './parking.ts';
import type { RouterEvent } from './router-event.ts';

/** An event as it goes to one topic. */
export interface TopicItem {
  event: RouterEvent;
  record: OutgoingRecord;
}

/**
 * Sends the items to their topic in one send. A topic refuses a send as a whole; then they are sent singly to find who it
 * is. Any other failure leaves all of them to be retried: each may or may not have been written.
 */
export async function sendToTopic(
  deps: RouterDeps,
  topic: string,
  items: readonly TopicItem[],
  deadlines: Deadlines,
): Promise<Map<RouterEvent, StepResult>> {
  const all = (result: StepResult) => new Map(items.map(({ event }) => [event, result]));
  if (items.length === 0) return new Map();
  if (!hasTime(deps.clock, deadlines)) return all(outOfTime);
  try {
    await timedSend(deps, topic, items, deadlines);
    return all(DONE);
  } catch (error) {
    if (!(error instanceof PoisonError)) return all(retryAfter(error));
    const [only] = items;
    if (only === undefined || items.length > 1) return sendSingly(deps, topic, items, deadlines);
    return all(await park(deps, only.event.record, error, only.event.envelope));
  }
}

/**
 * In the batch's order, which is the order within each key. The refused one is parked and the others go on; after a failure
 * that time can heal nothing more is sent, because the next send would meet it too. If the refused one cannot be parked
 * either, its group waits for it.
 */
async function sendSingly(
  deps: RouterDeps,
  topic: string,
  items: readonly TopicItem[],
  deadlines: Deadlines,
): Promise<Map<RouterEvent, StepResult>> {
  const results = new Map<RouterEvent, StepResult>();
  const heldGroups = new Set<string>();
  let failure: Retry | undefined;
  const send = async (item: TopicItem): Promise<StepResult> => {
    if (heldGroups.has(item.event.groupId)) return behindElder(HELD_BACK);
    return failure ?? attempt(deps, item.event, deadlines, () => timedSend(deps, topic, [item], deadlines));
  };
  for (const item of items) {
    const result = await send(item);
    results.set(item.event, result);
    if (result.kind !== 'retry') continue;
    heldGroups.add(item.event.groupId);
    if (result.cause !== 'elder' && result.reason !== PARK_FAILED) failure = result;
  }
  return results;
}

async function timedSend(
  { sink, clock, metrics }: RouterDeps,
  topic: string,
  items: readonly TopicItem[],
  { publishByMs }: Deadlines,
): Promise<void> {
  const startMs = clock.nowMs();
  try {
    await sink.send(
      topic,
      items.map(({ record }) => record),
      publishByMs,
    );
  } catch (error) {
    metrics.add('KafkaSendErrors', 1);
    throw error;
  }
  metrics.add('KafkaSend', clock.nowMs() - startMs, 'Milliseconds');
}
