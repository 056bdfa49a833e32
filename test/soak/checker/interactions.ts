import type { Breach, SentEvent } from './evidence.ts';

/** Each interaction's stored state is that of its newest accepted update, or of a newer one whose acceptance is unknown. */
export function checkInteractions(sent: readonly SentEvent[], stored: ReadonlyMap<string, string>): Breach[] {
  const updates = sent.flatMap((event) => (event.update === undefined ? [] : [{ event, ...event.update }]));
  return [...Map.groupBy(updates, ({ interactionId }) => interactionId)].flatMap(([interactionId, all]) => {
    const accepted = all.filter(({ event }) => event.acceptedAtMs !== null);
    if (accepted.length === 0) return [];
    const newestMs = Math.max(...accepted.map(({ updatedTimestamp }) => Date.parse(updatedTimestamp)));
    const heldMs = Date.parse(stored.get(interactionId) ?? '');
    const isKnown = all.some(({ updatedTimestamp }) => Date.parse(updatedTimestamp) === heldMs);
    if (isKnown && heldMs >= newestMs) return [];
    const what = `${interactionId} should be of ${new Date(newestMs).toISOString()}; stored is ${stored.get(interactionId) ?? 'nothing'}`;
    return [{ kind: 'interaction state' as const, what, events: all.map(({ event }) => event.number) }];
  });
}
