import type { DeadLetter } from './dead-letter-queue.ts';

/**
 * Groups with their letters in the order in which the events queue had them; the group with the eldest first. The sequence
 * numbers of the parked ones are exact. Those that SQS moved have none of that queue: they come in the order of their
 * receipt and are put between the others by time.
 */
export function inGroups(letters: readonly DeadLetter[]): DeadLetter[][] {
  const groups = [...Map.groupBy(letters, ({ groupId }) => groupId).values()].map(inOrder);
  return groups.sort(([a], [b]) => (a?.parkedAtMs ?? 0) - (b?.parkedAtMs ?? 0));
}

function inOrder(group: readonly DeadLetter[]): DeadLetter[] {
  const numbered = group.filter(({ sequenceNumber }) => sequenceNumber !== undefined).sort(bySequence);
  const others = group.filter(({ sequenceNumber }) => sequenceNumber === undefined);
  const merged: DeadLetter[] = [];
  for (const letter of numbered) {
    while (others[0] !== undefined && others[0].parkedAtMs < letter.parkedAtMs)
      merged.push(others.shift() as DeadLetter);
    merged.push(letter);
  }
  return [...merged, ...others];
}

/** Up to 128 bits in decimal digits. */
function bySequence(a: DeadLetter, b: DeadLetter): number {
  const [left, right] = [BigInt(a.sequenceNumber ?? 0), BigInt(b.sequenceNumber ?? 0)];
  return left < right ? -1 : left > right ? 1 : 0;
}
