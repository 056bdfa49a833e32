import type { FunctionName } from '../../../lib/stage/names.ts';

/** What is wrong with the relay that is being watched. */
export interface Faults {
  /** SQS takes nothing. */
  queueAway?: boolean;
  /** So many requests in five minutes come with a wrong signature. */
  wrongSignatures?: number;
  /** Somebody without a signature comes by once, with forty requests. */
  scanned?: boolean;
  /** CXone sends a type that is not routed, once in five minutes. */
  unknownType?: boolean;
  /** Kafka refuses one contact's events; not for good. */
  contactFails?: boolean;
  /** Kafka refuses one event for good. */
  poison?: boolean;
  /** One was parked so many days ago, and looked at so often since that its age does not count. */
  parkedDaysAgo?: number;
  /** So many events wait already. */
  backlog?: number;
  /** Redis loses everything once. */
  filterFlushed?: boolean;
  filterAway?: boolean;
  /** Made for so many events a day. */
  filterCapacity?: number;
  /** CXone's DNC list answers 500. */
  dncAway?: boolean;
  /** CXone's DNC list refuses one number. */
  numberRefused?: boolean;
  tokenRefused?: boolean;
  subscriptionsAway?: boolean;
  /** Subscriptions never become active. */
  subscriptionsPending?: boolean;
  /** Somebody deletes the subscription; the next one takes more than one run to become active. */
  subscriptionDeleted?: boolean;
  /** InfluxDB takes nothing. */
  influxAway?: boolean;
  /** It has taken nothing for a week already. */
  influxAwayForAWeek?: boolean;
  /** Is no longer called at all. */
  stopped?: FunctionName;
  /** Crashes at once. */
  crashes?: FunctionName;
  /** Is refused by Lambda. */
  throttled?: FunctionName;
}
