import type { Arrival, Breach, Evidence, SentEvent } from './evidence.ts';
import { repeatsAccountedFor } from './explain-repeats.ts';

/** Each accepted identity once in its topic: lost, dropped, parked, duplicated, altered and invented ones. */
export function checkDeliveries(evidence: Evidence): { breaches: Breach[]; explained: Map<string, number> } {
  const breaches: Breach[] = [...strangeArrivals(evidence), ...unreadableParked(evidence)];
  const explained = new Map<string, number>();
  const byNumber = new Map(evidence.sent.map((event) => [event.number, event]));
  const arrivals = Map.groupBy(evidence.arrivals, ({ number }) => byNumber.get(number ?? -1)?.identity);
  const lines = Map.groupBy(evidence.lines, ({ eventId }) => eventId);
  const parked = new Map(evidence.parked.map(({ eventId, reason }) => [eventId, reason]));

  for (const [identity, events] of Map.groupBy(evidence.sent, (event) => event.identity)) {
    if (events.every(({ topic }) => topic === null)) continue;
    const found = arrivals.get(identity) ?? [];
    const ofIdentity = events.flatMap(({ eventId }) => (eventId === null ? [] : (lines.get(eventId) ?? [])));
    if (found.length === 0) {
      const breach = missing(events, new Set(ofIdentity.map(({ outcome }) => outcome)), parked);
      if (breach) breaches.push(breach);
    }
    if (found.length > 1) {
      const causes = repeatsAccountedFor(events, ofIdentity, evidence.deaths, found.length - 1);
      for (const cause of causes) explained.set(cause, (explained.get(cause) ?? 0) + 1);
      if (causes.length < found.length - 1) breaches.push(duplicated(events, found, causes.length));
    }
  }
  return { breaches, explained };
}

function missing(
  events: readonly SentEvent[],
  outcomes: ReadonlySet<string>,
  parked: ReadonlyMap<string | null, string>,
): Breach | undefined {
  const accepted = events.filter(({ acceptedAtMs }) => acceptedAtMs !== null);
  const [first] = accepted;
  if (first === undefined) return undefined;
  const of = { events: events.map(({ number }) => number) };
  const reason = parked.get(first.eventId);
  if (reason !== undefined) return { kind: 'parked', what: `event ${first.number}: ${reason}`, ...of };
  if (outcomes.has('duplicate') && !outcomes.has('routed')) {
    return { kind: 'wrongly dropped', what: `event ${first.number} was called a duplicate and never arrived`, ...of };
  }
  return { kind: 'lost', what: `event ${first.number} was accepted and never arrived at ${first.topic}`, ...of };
}

function duplicated(events: readonly SentEvent[], found: readonly Arrival[], accountedFor: number): Breach {
  const places = found.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`).join(', ');
  return {
    kind: 'duplicated',
    what: `event ${events[0]?.number} stands ${found.length} times: ${places}; faults account for ${accountedFor} repeats`,
    events: events.map(({ number }) => number),
  };
}

function strangeArrivals({ sent, arrivals }: Evidence): Breach[] {
  const byNumber = new Map(sent.map((event) => [event.number, event]));
  return arrivals.flatMap(({ topic, partition, offset, number, eventId, asSent }): Breach[] => {
    const place = `${topic}/${partition}@${offset}`;
    const event = byNumber.get(number ?? -1);
    if (event === undefined) return [{ kind: 'invented', what: `${place} was never sent`, events: [] }];
    const of = { events: [event.number] };
    if (event.topic !== topic) return [{ kind: 'altered', what: `${place} belongs to ${event.topic}`, ...of }];
    if (!asSent) return [{ kind: 'altered', what: `${place} is not what was sent`, ...of }];
    if (event.eventId !== null && event.eventId !== eventId)
      return [{ kind: 'altered', what: `${place} has the id ${eventId} instead of ${event.eventId}`, ...of }];
    return [];
  });
}

/** Poison is parked, each once or more (a repeat in the dead-letter queue is absorbed when it is redriven). */
function unreadableParked({ parked, unreadableSent }: Evidence): Breach[] {
  const found = parked.filter(({ eventId }) => eventId === null).length;
  if (found >= unreadableSent) return [];
  return [{ kind: 'lost', what: `${unreadableSent - found} of ${unreadableSent} unreadable messages`, events: [] }];
}
