import type { Breach, Evidence, SentEvent } from './evidence.ts';

interface Wish {
  event: SentEvent;
  preference: 'optIn' | 'optOut';
  atMs: number;
}

/**
 * Each number ends as its newest accepted preference says, here and at CXone; at equal times opt-out wins. An event that
 * was never accepted may have been taken all the same: then its preference is right, too.
 */
export function checkDnc(sent: readonly SentEvent[], { queue, cxone }: Evidence['dnc']): Breach[] {
  const wishes = sent.flatMap((event): (Wish & { phoneNumber: string })[] =>
    event.dnc === undefined ? [] : [{ event, ...event.dnc, atMs: Date.parse(event.dnc.eventTime) }],
  );
  return [...Map.groupBy(wishes, ({ phoneNumber }) => phoneNumber)].flatMap(([phoneNumber, ofNumber]) => {
    const allowed = allowedEnds(ofNumber);
    if (allowed.length === 0) return [];
    const held = queue.get(phoneNumber);
    const contact = cxone.get(phoneNumber);
    const isRight = allowed.some(
      ({ preference, atMs }) =>
        held?.state === 'synced' &&
        held.preference === preference &&
        Date.parse(held.eventTime) === atMs &&
        contact?.doNotCall === (preference === 'optOut') &&
        (preference === 'optIn' || Date.parse(contact.optOutDate ?? '') === atMs),
    );
    if (isRight) return [];
    const [newest] = allowed;
    const what = `${phoneNumber} should be ${newest?.preference} of ${newest?.event.dnc?.eventTime}; the relay holds ${JSON.stringify(held)}, CXone ${JSON.stringify(contact)}`;
    return [{ kind: 'DNC end state' as const, what, events: ofNumber.map(({ event }) => event.number) }];
  });
}

/** The newest accepted one, and whatever is newer and may have been taken. */
function allowedEnds(wishes: readonly Wish[]): Wish[] {
  const accepted = wishes.filter(({ event }) => event.acceptedAtMs !== null);
  const newest = accepted.reduce<Wish | undefined>(
    (best, wish) => (best && !isNewer(wish, best) ? best : wish),
    undefined,
  );
  if (newest === undefined) return [];
  return [newest, ...wishes.filter((wish) => wish.event.acceptedAtMs === null && isNewer(wish, newest))];
}

const isNewer = (a: Wish, b: Wish): boolean =>
  a.atMs > b.atMs || (a.atMs === b.atMs && a.preference === 'optOut' && b.preference === 'optIn');
