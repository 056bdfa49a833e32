/** What is asked for. */
export interface Load {
  eventsPerSecond: number;
  /** Share of events that are repeats, 0 to below 1. */
  duplicates: number;
  sizeBytes: number;
  /** Events in an average batch of the router, 1 to 10. */
  batchSize: number;
  /** Share of events that are Do-Not-Call wishes; the others go to Kafka. */
  dncShare: number;
  /** Order keys that events come for at the same time. */
  activeKeys: number;
  filter: 'upstash' | 'off';
  /** `routerRuns` of the stage, where it is not `continuously`. */
  routerRuns?: 'every-minute';
}

/** A contact has an event every ten seconds; even little traffic comes from many. */
export const usualKeys = (eventsPerSecond: number): number => Math.max(1000, Math.ceil(10 * eventsPerSecond));

/** Both ends of what an average batch can be. */
export const BATCH_ENDS = [1, 10] as const;
