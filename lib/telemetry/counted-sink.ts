import type { Clock } from '../platform/clock.ts';
import type { TopicSink } from '../routing/sink.ts';
import type { ClusterCounters } from './cluster-counters.ts';
import { keyOf } from './counts.ts';
import { bucketOf } from './latency-buckets.ts';

/** The same sink; each record of a send counts as delivered, in the time that it took, or as not delivered. */
export function countedSink(
  sink: TopicSink,
  counters: Pick<ClusterCounters, 'add'> | undefined,
  clock: Clock,
): TopicSink {
  if (counters === undefined) return sink;
  return {
    async send(topic, records, deadlineMs, onConfirmed) {
      const startMs = clock.nowMs();
      let open = records.length;
      const countDelivered = (count: number) => {
        open -= count;
        const tookMs = Math.max(0, Math.round(clock.nowMs() - startMs));
        counters.add(keyOf('delivered', topic), count);
        counters.add(keyOf('latencyBucket', bucketOf(tookMs)), count);
        counters.add(keyOf('latencySumMs'), tookMs * count);
      };
      try {
        await sink.send(topic, records, deadlineMs, (confirmed) => {
          countDelivered(confirmed.length);
          onConfirmed?.(confirmed);
        });
        if (open > 0) countDelivered(open);
      } catch (error) {
        counters.add(keyOf('undelivered', topic), open);
        throw error;
      }
    },
    close: () => sink.close(),
  };
}
