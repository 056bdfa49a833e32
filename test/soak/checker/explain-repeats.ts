import type { Death, RouterLine, SentEvent } from './evidence.ts';

/** The topic may have it although the router could not know, or the ledger did not take what the topic had. */
const UNCONFIRMED = /^(kafka-|topic-log-|ledger-unwritable$|unexpected$)/;

/**
 * What accounts for an event standing in its topic again, one cause a repeat, `most` at most: the router's own word that it could not confirm
 * a send or its commit, or the death of a process while the event was under way.
 */
export function repeatsAccountedFor(
  events: readonly SentEvent[],
  lines: readonly RouterLine[],
  deaths: readonly Death[],
  most: number,
): string[] {
  const unconfirmed = lines.filter(({ outcome, reason }) => outcome === 'retry' && UNCONFIRMED.test(reason ?? ''));
  const begunAtMs = Math.min(...events.map((event) => event.begunAtMs));
  const routed = lines.filter(({ outcome }) => outcome === 'routed').map(({ atMs }) => atMs);
  const endedAtMs = routed.length > 0 ? Math.max(...routed) : Number.POSITIVE_INFINITY;
  const died = deaths.filter(({ atMs }) => atMs >= begunAtMs && atMs <= endedAtMs);
  const causes = [
    ...unconfirmed.map(({ reason }) => `not confirmed (${reason})`),
    ...died.map(({ what }) => `died between publish and commit (${what})`),
  ];
  return causes.slice(0, most);
}
