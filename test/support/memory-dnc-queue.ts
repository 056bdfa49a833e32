import type { DncEvent, DncPreference, DncQueue } from '../../lib/dnc/types.ts';

export interface StandingWish {
  preference: DncPreference;
  eventId: string;
  effectiveAtMs: number;
}

/** DNC preferences in memory, by the same rules; `standing` is open to tests. */
export function memoryDncQueue(): DncQueue & { standing: Map<string, StandingWish> } {
  const standing = new Map<string, StandingWish>();
  return {
    standing,
    async put({ phoneNumber, preference, eventTime, eventId, receivedAtMs }: DncEvent) {
      const wish = { preference, eventId, effectiveAtMs: Math.min(Date.parse(eventTime), receivedAtMs) };
      const former = standing.get(phoneNumber);
      if (former?.eventId === eventId) return 'unchanged';
      if (former !== undefined && !isAbove(wish, former)) return 'superseded';
      standing.set(phoneNumber, wish);
      return 'queued';
    },
  };
}

function isAbove(a: StandingWish, b: StandingWish): boolean {
  if (a.effectiveAtMs !== b.effectiveAtMs) return a.effectiveAtMs > b.effectiveAtMs;
  if (a.preference !== b.preference) return a.preference === 'optOut';
  return a.eventId > b.eventId;
}
