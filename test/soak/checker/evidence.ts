import type { DncPreference } from '../../../lib/dnc/types.ts';
import type { EventKind } from '../../../lib/events/kinds.ts';

/** An event as its sender knows it. All times are milliseconds since the epoch, of one machine's clock. */
export interface SentEvent {
  /** Its own in the whole soak; travels in the body. */
  number: number;
  kind: EventKind;
  /** Equal for events of which the relay routes one: an event's own, or its interaction's (strategy `interaction`). */
  identity: string;
  orderKey: string | null;
  /** null: does not go to Kafka. */
  topic: string | null;
  /** When its first request began: it cannot have been queued before. */
  begunAtMs: number;
  /** When its first 202 was there: it had been queued by then. null: never accepted. */
  acceptedAtMs: number | null;
  /** From the 202. */
  eventId: string | null;
  /** Every answer it got, 0 for none; repeats included. */
  answers: { atMs: number; status: number }[];
  dnc?: { phoneNumber: string; preference: DncPreference; eventTime: string };
  update?: { interactionId: string; updatedTimestamp: string };
}

/** A record as a consumer finds it; those of one key in the order of the topic. */
export interface Arrival {
  topic: string;
  partition: number;
  offset: number;
  /** null: the body holds no number of ours. */
  number: number | null;
  eventId: string;
  /** Whether the value is one of the bodies that were sent for this event, byte for byte. */
  asSent: boolean;
}

/** What the router wrote of one record. */
export interface RouterLine {
  atMs: number;
  eventId: string;
  outcome: string;
  reason: string | null;
}

/** A router was killed, with whatever it had published and not committed. */
export interface Death {
  atMs: number;
  what: string;
}

export interface DncEnd {
  preference: DncPreference;
  eventTime: string;
  state: string;
}

export interface ContactEnd {
  doNotCall: boolean;
  optOutDate: string | null;
}

/** All that is known when a soak is over. */
export interface Evidence {
  sent: readonly SentEvent[];
  arrivals: readonly Arrival[];
  lines: readonly RouterLine[];
  deaths: readonly Death[];
  /** In the dead-letter queue; those without eventId could not be read. */
  parked: readonly { eventId: string | null; reason: string }[];
  /** Messages put into the queue that nobody can read; each is to be parked. */
  unreadableSent: number;
  /** By number, as the relay holds it and as CXone does. */
  dnc: { queue: ReadonlyMap<string, DncEnd>; cxone: ReadonlyMap<string, ContactEnd> };
  /** By interaction: the newest `updatedTimestamp` stored. */
  interactions: ReadonlyMap<string, string>;
  auditChain: 'intact' | 'broken';
  /** Rules of the contract that a request to CXone broke. */
  violations: readonly string[];
  /** null: everything was worked off in time. */
  unsettled: string | null;
}

export const BREACHES = [
  'lost',
  'wrongly dropped',
  'parked',
  'duplicated',
  'out of order',
  'altered',
  'invented',
  'DNC end state',
  'interaction state',
  'audit chain',
  'contract',
  'not settled',
] as const;
export type BreachKind = (typeof BREACHES)[number];

export interface Breach {
  kind: BreachKind;
  what: string;
  /** Numbers of the events it is about. */
  events: number[];
}

export interface Verdict {
  accepted: number;
  arrived: number;
  breaches: Breach[];
  /** Second arrivals for which a death or a lost acknowledgement accounts, by that cause. */
  explained: ReadonlyMap<string, number>;
}
