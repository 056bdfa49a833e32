export type DncPreference = 'optIn' | 'optOut';
export type DncState = 'pending' | 'synced' | 'failed';

/** One customer's wish, as an event said it (contract §1 kind `dnc`). */
export interface DncEvent {
  /** E.164. */
  phoneNumber: string;
  preference: DncPreference;
  /** The event's own timestamp, as CXone wrote it (RFC 3339). */
  eventTime: string;
  eventId: string;
  /** Milliseconds since the epoch. */
  receivedAtMs: number;
}

/** The one item a number has in DncQueue (design §6). */
export interface DncItem {
  phoneNumber: string;
  preference: DncPreference;
  eventTime: string;
  /** min(event time, receivedAt): a timestamp of 2099 must not block later preferences. Milliseconds since the epoch. */
  effectiveAtMs: number;
  eventId: string;
  state: DncState;
  /** Refusals of this very contact by CXone; outages never count. */
  attempts: number;
  nextAttemptAtMs: number;
  /** Nothing may be sent for the number before this: an earlier send may still be executed. 0: no such wait. */
  notBeforeMs: number;
  lastError: string | null;
  receivedAtMs: number;
  confirmedAtMs: number | null;
}

/** Takes preferences in whatever order they come; the newest wins, opt-out at equal times (guarantee 7). */
export interface DncQueue {
  /**
   * `queued`: it is now the number's preference and pending. `superseded`: a newer one (or an equal opt-out) stands.
   * `unchanged`: this very event stands already. In each case the wish is in DncHistory when this resolves.
   */
  put(event: DncEvent): Promise<'queued' | 'superseded' | 'unchanged'>;
}
