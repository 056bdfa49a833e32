import type { Arrival } from '../checker/evidence.ts';
import type { FaultyPart } from '../faults/fault.ts';

/** A record of a topic, before it is known whose it is. */
export interface TopicRecord extends Pick<Arrival, 'topic' | 'partition' | 'offset' | 'eventId'> {
  value: string;
}

/** Redis and the topics of a soak, with the faults that they throw. */
export interface Parts {
  /** Where relays find them. */
  environment: Record<string, string>;
  /** How many relay processes may share them. */
  relays: number;
  faulty: readonly FaultyPart[];
  /** Makes a relay's data directory ready before its start. */
  prepare(dataDirectory: string): void;
  /** When a relay is frozen, what it is connected to forgets it. */
  forgetConnections(): void;
  /** Everything that the topics hold, when all faults are over. */
  readTopics(topics: readonly string[]): Promise<TopicRecord[]>;
  close(): Promise<void>;
}
