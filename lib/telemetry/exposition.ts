import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { BUCKET_BOUNDS_SECONDS } from './latency-buckets.ts';
import type { Snapshot } from './snapshot.ts';

export interface Exposition {
  contentType: string;
  text: string;
}

type Labelled = readonly [labels: Record<string, string>, value: number];

/** Prometheus' text format. Names of contract §8 are kept; the rest follow Prometheus' conventions. */
export async function exposition(snapshot: Snapshot, queued: number): Promise<Exposition> {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[], values: readonly Labelled[]): void => {
    const metric = new Counter({ name, help, labelNames, registers });
    for (const [labels, value] of values) metric.inc(labels, value);
  };
  const plain = (name: string, help: string, value: number): void => counter(name, help, [], [[{}, value]]);
  const gauge = (name: string, help: string, value: number): void => new Gauge({ name, help, registers }).set(value);
  const byTopic = (counts: ReadonlyMap<string, number>): Labelled[] => [...counts].map(([topic, n]) => [{ topic }, n]);

  gauge('cxone_kafka_producer_pending', 'Accepted events on their way: waiting in the queue or in flight.', queued);
  counter(
    'cxone_kafka_deliveries_total',
    'Records that a topic has acknowledged.',
    ['topic'],
    byTopic(snapshot.deliveries),
  );
  counter('cxone_kafka_delivery_errors_total', 'Records of failed sends.', ['topic'], byTopic(snapshot.deliveryErrors));
  registry.registerMetric(
    new StoredHistogram(
      'cxone_kafka_delivery_latency_seconds',
      'Time of the send that a topic acknowledged, once for each of its records.',
      snapshot,
    ),
  );
  plain('cxone_events_received_total', 'Events decided: routed, dropped as repeats, or parked.', snapshot.received);
  plain('cxone_events_deduplicated_total', 'Repeats that the window dropped.', snapshot.deduplicated);
  plain('cxone_events_routed_total', 'Events that reached their destination.', snapshot.routed);
  plain('cxone_events_parked_total', 'Events sent to the dead-letter queue.', snapshot.parked);
  plain('cxone_event_retries_total', 'Deliveries put back for later; an event may count many times.', snapshot.retries);
  plain(
    'cxone_filter_generations_retired_total',
    'Days of the Bloom window that are over.',
    snapshot.generationsRetired,
  );
  gauge('cxone_filter_capacity_events', 'Events that a day of the Bloom window is made for.', snapshot.filterCapacity);
  gauge('cxone_window_events', 'Events that the window remembers, whole days.', snapshot.rememberedEvents);
  counter(
    'cxone_api_requests_total',
    'HTTP requests to CXone, repeats included, by endpoint and outcome.',
    ['endpoint', 'outcome'],
    snapshot.cxone.map(({ endpoint, outcome, count }) => [{ endpoint, outcome }, count]),
  );
  return { contentType: registry.contentType, text: await registry.metrics() };
}

/** The client's histogram can only observe; this one shows what others have observed. */
class StoredHistogram extends Histogram {
  readonly #values: { metricName: string; labels: Record<string, string>; value: number }[];
  readonly #name: string;
  readonly #help: string;

  constructor(name: string, help: string, { latencyBuckets, latencySumSeconds }: Snapshot) {
    super({ name, help, registers: [] });
    this.#name = name;
    this.#help = help;
    let below = 0;
    const buckets = latencyBuckets.map((count, index) => {
      below += count;
      return {
        metricName: `${name}_bucket`,
        labels: { le: String(BUCKET_BOUNDS_SECONDS[index] ?? '+Inf') },
        value: below,
      };
    });
    this.#values = [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, value: latencySumSeconds },
      { metricName: `${name}_count`, labels: {}, value: below },
    ];
  }

  /** What the client's registry asks for. */
  async getForPromString() {
    return { name: this.#name, help: this.#help, type: 'histogram', values: this.#values };
  }
}
