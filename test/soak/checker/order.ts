import type { Arrival, Breach, SentEvent } from './evidence.ts';

/**
 * First occurrences of an order key in a topic: one whose request began after another's 202 must stand behind it. Requests
 * that overlapped may stand in either order. Of several events of one identity the first accepted is the one to be routed.
 */
export function checkOrder(sent: readonly SentEvent[], arrivals: readonly Arrival[]): Breach[] {
  const byNumber = new Map(sent.map((event) => [event.number, event]));
  const breaches: Breach[] = [];
  const groups = Map.groupBy(arrivals, ({ topic, number }) => {
    const orderKey = byNumber.get(number ?? -1)?.orderKey;
    return orderKey === null || orderKey === undefined ? undefined : `${topic} ${orderKey}`;
  });
  for (const [group, found] of groups) {
    if (group === undefined) continue;
    const events = firstOccurrences(found, byNumber);
    let latest: SentEvent | undefined;
    for (const event of events) {
      if (latest !== undefined && latest.begunAtMs > (event.acceptedAtMs ?? Number.POSITIVE_INFINITY))
        breaches.push(outOfOrder(group, latest, event));
      if (latest === undefined || event.begunAtMs > latest.begunAtMs) latest = event;
    }
  }
  return [...breaches, ...wrongFirsts(sent, arrivals, byNumber)];
}

function firstOccurrences(found: readonly Arrival[], byNumber: ReadonlyMap<number, SentEvent>): SentEvent[] {
  const inPlace = found.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);
  const seen = new Set<string>();
  return inPlace.flatMap(({ number }) => {
    const event = byNumber.get(number ?? -1);
    if (event === undefined || seen.has(event.identity)) return [];
    seen.add(event.identity);
    return [event];
  });
}

function wrongFirsts(
  sent: readonly SentEvent[],
  arrivals: readonly Arrival[],
  byNumber: ReadonlyMap<number, SentEvent>,
): Breach[] {
  const firstAccepted = new Map<string, SentEvent>();
  for (const event of sent) {
    const former = firstAccepted.get(event.identity);
    if (event.acceptedAtMs !== null && event.acceptedAtMs < (former?.acceptedAtMs ?? Number.POSITIVE_INFINITY))
      firstAccepted.set(event.identity, event);
  }
  return arrivals.flatMap(({ topic, number }): Breach[] => {
    const event = byNumber.get(number ?? -1);
    const first = event && firstAccepted.get(event.identity);
    if (!event || !first || event.begunAtMs <= (first.acceptedAtMs ?? Number.POSITIVE_INFINITY)) return [];
    return [outOfOrder(`${topic} ${event.identity}`, event, first)];
  });
}

const outOfOrder = (group: string, early: SentEvent, late: SentEvent): Breach => ({
  kind: 'out of order',
  what: `${group}: ${early.number} stands before ${late.number}, which was accepted ${Math.ceil(early.begunAtMs - (late.acceptedAtMs ?? 0))} ms before it was sent`,
  events: [late.number, early.number],
});
