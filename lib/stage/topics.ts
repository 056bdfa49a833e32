import type { Stage } from './stage.ts';

export interface StageTopic {
  name: string;
  /** Holds newest states alone, so that the brokers may drop older records of a key. */
  compacted: boolean;
}

/** Every topic that the router writes to, each once. The relay creates none. */
export function topicsOf({ routing, kafka }: Pick<Stage, 'routing' | 'kafka'>): StageTopic[] {
  const events = new Set(Object.values(routing));
  const topics = [...events].map((name) => ({ name, compacted: false }));
  const states = kafka.interactionStateTopic;
  return states === null || events.has(states) ? topics : [...topics, { name: states, compacted: true }];
}
