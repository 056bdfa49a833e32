/**
 * Everything that is counted over all processes of a stage, and the short code it is stored under: a slot with every count
 * of the default stage is below the kilobyte that one write unit pays for (a test holds it).
 */
export const COUNTS = {
  /** Events by their final outcome; each event counts once, a redriven one once more. */
  routed: 'r',
  duplicate: 'd',
  parked: 'p',
  /** Deliveries put back for later. */
  retried: 't',
  /** Records that a topic has acknowledged; label: topic. */
  delivered: 'k',
  /** Records of failed sends; label: topic. */
  undelivered: 'e',
  /** Acknowledged records by the time of their send; label: index of the bucket (`latency-buckets.ts`). */
  latencyBucket: 'l',
  /** Sum of those times, in milliseconds. */
  latencySumMs: 's',
  /** Generations of the Bloom window that were forgotten because their time was over. */
  retired: 'g',
  /** Originals written to the ledger; label: the 24 hours of their receipt, as a generation's number. */
  remembered: 'w',
  /** HTTP requests to CXone, repeats included; labels: endpoint, outcome. */
  cxone: 'c',
} as const;
export type Count = keyof typeof COUNTS;

/** A colon is in no label: topic names, numbers and our own words have none. */
export const keyOf = (count: Count, ...labels: (string | number)[]): string => [COUNTS[count], ...labels].join(':');

/** The labels of a key, if it is one of this count. */
export function labelsIn(count: Count, key: string): string[] | undefined {
  const [code, ...labels] = key.split(':');
  return code === COUNTS[count] ? labels : undefined;
}
