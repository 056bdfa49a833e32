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
 * Sends the items to their topic in one send. Those that the topic has confirmed are done, whatever becomes of the others. It
 * refuses records several at a time; then they are sent singly to find who it is. Any other failure leaves the
 * rest to be retried: each may or may not have been written.
 */
export async function sendToTopic(
  deps: RouterDeps,
  topic: string,
  items: readonly TopicItem[],
  deadlines: Deadlines,
): Promise<Map<RouterEvent, StepResult>> {
  if (items.length === 0) return new Map();
  if (!hasTime(deps.clock, deadlines)) return each(items, outOfTime);
  const confirmed = new Set<OutgoingRecord>();
  try {
    await timedSend(deps, topic, items, deadlines, confirmed);
    return each(items, DONE);
  } catch (error) {
    const done = items.filter(({ record }) => confirmed.has(record));
    const rest = items.filter(({ record }) => !confirmed.has(record));
    return new Map([...each(done, DONE), ...(await afterFailure(deps, topic, rest, deadlines, error))]);
  }
}

const each = (items: readonly TopicItem[], result: StepResult) => new Map(items.map(({ event }) => [event, result]));

async function afterFailure(
  deps: RouterDeps,
  topic: string,
  items: readonly TopicItem[],
  deadlines: Deadlines,
  error: unknown,
): Promise<Map<RouterEvent, StepResult>> {
  if (!(error instanceof PoisonError)) return each(items, retryAfter(error));
  const [only] = items;
  if (only === undefined || items.length > 1) return sendSingly(deps, topic, items, deadlines);
  return each(items, await park(deps, only.event.record, error, only.event.envelope));
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
    return failure ?? attempt(deps, item.event, deadlines, () => timedSend(deps, topic, [item], deadlines, new Set()));
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

/** @param confirmed gets each record that the topic confirms, those of a send that rejects included */
async function timedSend(
  { sink, clock, metrics }: RouterDeps,
  topic: string,
  items: readonly TopicItem[],
  { publishByMs }: Deadlines,
  confirmed: Set<OutgoingRecord>,
): Promise<void> {
  const startMs = clock.nowMs();
  const records = items.map(({ record }) => record);
  try {
    await sink.send(topic, records, publishByMs, (durable) => {
      for (const record of durable) confirmed.add(record);
    });
  } catch (error) {
    metrics.add('KafkaSendErrors', 1);
    throw error;
  }
  metrics.add('KafkaSend', clock.nowMs() - startMs, 'Milliseconds');
}
