import type { DedupDecision } from '../../lib/dedup/types.ts';
import { cloudEventHeaders } from '../../lib/routing/cloud-events.ts';
import { type RoutedRecord, toOutgoing } from '../../lib/routing/outgoing-record.ts';
import { partitionKey } from '../../lib/routing/partition-key.ts';
import type { Deadlines } from './deadlines.ts';
import type { RouterDeps } from './deps.ts';
import { inGroupOrder } from './group-order.ts';
import { DONE, type StepResult, worstOf } from './outcome.ts';
import type { RouterEvent } from './router-event.ts';
import { topicValueOf } from './topic-value.ts';
import { sendToTopic } from './topics.ts';

export interface Delivery {
  /** Of new events: whether the topic or the DNC queue has confirmed them. */
  destination: Map<RouterEvent, StepResult>;
  /** Of interaction updates, repeats included: whether their state is stored, and told to the state topic. */
  state: Map<RouterEvent, StepResult>;
  /** Topic of those that have one. */
  topics: Map<RouterEvent, string>;
}

/**
 * Publishes and writes, side by side: one send a topic, DNC wishes, interaction states. Never rejects for a destination's
 * sake, and nothing it began is under way when it resolves.
 *
 * @param confirmedBefore ids of records that a topic has confirmed although the ledger could not be written then; they are
 *   not sent again
 */
export async function deliver(
  deps: RouterDeps,
  events: readonly RouterEvent[],
  verdicts: DedupDecision['verdicts'],
  deadlines: Deadlines,
  confirmedBefore: ReadonlySet<string>,
): Promise<Delivery> {
  const fresh = events.filter((event) => verdicts.get(event)?.fate === 'new');
  const updates = events.filter((event) => event.state && verdicts.get(event)?.fate !== 'retry');
  const [topics, wishes, state] = await Promise.all([
    publish(
      deps,
      fresh.filter(({ dnc }) => !dnc),
      deadlines,
      confirmedBefore,
    ),
    putWishes(deps, fresh, deadlines),
    putStates(deps, updates, deadlines),
  ]);
  return { destination: new Map([...topics.results, ...wishes]), state, topics: topics.topics };
}

async function publish(
  deps: RouterDeps,
  events: readonly RouterEvent[],
  deadlines: Deadlines,
  confirmedBefore: ReadonlySet<string>,
): Promise<{ results: Map<RouterEvent, StepResult>; topics: Map<RouterEvent, string> }> {
  const routed = new Map<RouterEvent, RoutedRecord>();
  // parks what no longer has a topic or fits its schema; when that fails, later ones of the group wait: its topic may be theirs once mended
  const results = await inGroupOrder(deps, events, deadlines, async (event) => {
    const value = await topicValueOf(deps, event.envelope, deadlines);
    routed.set(event, toOutgoing(event.envelope, deps.settings.routing, value));
  });
  const items = events.flatMap((event) => {
    const to = results.get(event)?.kind === 'done' ? routed.get(event) : undefined;
    return to === undefined || confirmedBefore.has(event.id) ? [] : [{ event, ...to }];
  });
  const sends = [...Map.groupBy(items, ({ topic }) => topic)].map(([topic, ofTopic]) =>
    sendToTopic(deps, topic, ofTopic, deadlines),
  );
  for (const sent of await Promise.all(sends)) for (const [event, result] of sent) results.set(event, result);
  return { results, topics: new Map([...routed].map(([event, { topic }]) => [event, topic])) };
}

function putWishes(deps: RouterDeps, events: readonly RouterEvent[], deadlines: Deadlines) {
  const wishes = events.filter(({ dnc }) => dnc);
  return inGroupOrder(deps, wishes, deadlines, async ({ dnc }) => {
    if (dnc) await deps.dncQueue.put(dnc);
  });
}

/**
 * First the table, by a conditional write each, then the compacted topic, in the batch's order, with those that were stored.
 * The table's order is thereby the topic's: when a send fails the record comes again, stores its state again if it is still
 * the newest, and only then is told again.
 */
async function putStates(
  deps: RouterDeps,
  updates: readonly RouterEvent[],
  deadlines: Deadlines,
): Promise<Map<RouterEvent, StepResult>> {
  const stored = new Set<RouterEvent>();
  const results = await inGroupOrder(deps, updates, deadlines, async (event) => {
    if (event.state && (await deps.interactionStates.put(event.state)) === 'stored') stored.add(event);
  });
  const topic = deps.settings.interactionStateTopic;
  if (topic === null) return results;
  const items = updates.filter((event) => stored.has(event)).map((event) => ({ event, record: stateRecord(event) }));
  const told = await sendToTopic(deps, topic, items, deadlines);
  return new Map(updates.map((event) => [event, worstOf([results.get(event) ?? DONE, told.get(event)])]));
}

function stateRecord({ envelope, state }: RouterEvent) {
  return {
    key: partitionKey(state?.interactionId ?? ''),
    value: envelope.body,
    headers: cloudEventHeaders(envelope),
    timestampMs: envelope.receivedAtMs,
  };
}
