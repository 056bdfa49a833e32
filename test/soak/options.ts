export interface SoakOptions {
  minutes: number;
  seed: number;
  eventsPerSecond: number;
  /** Topic log and Redis in this process instead of Kafka and redis-server. */
  embedded: boolean;
  /** Data and logs stay here afterwards; undefined: a directory that is removed when nothing was wrong. */
  keep: string | undefined;
}
