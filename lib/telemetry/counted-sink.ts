import type { Clock } from '../platform/clock.ts';
import type { TopicSink } from '../routing/sink.ts';
import type { ClusterCounters } from './cluster-counters.ts';
import { keyOf } from './counts.ts';
import { bucketOf } from './latency-buckets.ts';

/** The same sink; each record of a send counts as delivered, in the time that the send took, or as not delivered. */
export function countedSink(
  sink: TopicSink,
  counters: Pick<ClusterCounters, 'add'> | undefined,
  clock: Clock,
): TopicSink {
  if (counters === undefined) return sink;
  return {
    async send(topic, records, deadlineMs) {
      const startMs = clock.nowMs();
      try {
        await sink.send(topic, records, deadlineMs);
      } catch (error) {
        counters.add(keyOf('undelivered', topic), records.length);
        throw error;
      }
      const tookMs = Math.max(0, Math.round(clock.nowMs() - startMs));
      counters.add(keyOf('delivered', topic), records.length);
      counters.add(keyOf('latencyBucket', bucketOf(tookMs)), records.length);
      counters.add(keyOf('latencySumMs'), tookMs * records.length);
    },
    close: () => sink.close(),
  };
}
