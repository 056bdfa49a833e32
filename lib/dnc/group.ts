import type { DncContact } from './dnc-api.ts';
import type { DncItem } from './types.ts';

/** A wish on its way: the item as it was read, and what CXone is told. */
export interface Sendable {
  item: DncItem;
  contact: DncContact;
}

/** Wishes that share a request, and what is known of the requests that carried them so far in this run. */
export interface Group {
  members: readonly Sendable[];
  /** Requests with an open outcome (5xx, time-out, reset) so far. */
  openTries: number;
  /** Until when such a request may still be executed; 0: none was open. Written to the items before the lease is given up. */
  notBeforeMs: number;
  /** Was already sent as an upsert. */
  upserted: boolean;
}

export function groupOf(items: readonly DncItem[]): Group {
  const members = items.map((item) => {
    const { phoneNumber, preference, eventTime } = item;
    return { item, contact: { phoneNumber, preference, eventTime } };
  });
  return { members, openTries: 0, notBeforeMs: 0, upserted: false };
}

/** Two halves, the first to be sent on top of the stack. `members` must be two or more. */
export function halvesOf(group: Group): Group[] {
  return piecesOf(group, Math.ceil(group.members.length / 2));
}

/**
 * For a group on which CXone hangs: a time-out costs half a minute of a run of five, an answer a second or two. One such
 * contact among 100 is alone after two time-outs; by halves it would take a run and more. `members` must be two or more.
 */
export function tenthsOf(group: Group): Group[] {
  return piecesOf(group, Math.ceil(group.members.length / 10));
}

/** Pieces of at most `size`, the first one last: groups wait on a stack. */
export function piecesOf(group: Group, size: number): Group[] {
  const pieces: Group[] = [];
  for (let start = 0; start < group.members.length; start += size) {
    pieces.push({ ...group, members: group.members.slice(start, start + size) });
  }
  return pieces.reverse();
}

/** The group as it is repeated after a 409; an id is given only to a group of one. */
export function asUpsert(group: Group, existingRecordId?: string): Group {
  const upsert = existingRecordId === undefined ? {} : { existingRecordId };
  const members = group.members.map(({ item, contact }) => ({ item, contact: { ...contact, upsert } }));
  return { ...group, members, upserted: true };
}
