import type { Deduplicator } from '../../lib/dedup/types.ts';
import type { DncQueue } from '../../lib/dnc/types.ts';
import type { DedupStrategy, EventKind } from '../../lib/events/kinds.ts';
import type { CallDeadline } from '../../lib/platform/call-deadline.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import type { DeadLetters } from '../../lib/platform/dead-letters.ts';
import type { Log } from '../../lib/platform/logging.ts';
import type { Metrics } from '../../lib/platform/metrics.ts';
import type { Visibility } from '../../lib/platform/visibility.ts';
import type { InteractionStates } from '../../lib/routing/interaction-state.ts';
import type { RoutingTable } from '../../lib/routing/outgoing-record.ts';
import type { AvroValues } from '../../lib/routing/schema-registry/avro-values.ts';
import type { TopicSink } from '../../lib/routing/sink.ts';
import type { ClusterCounters } from '../../lib/telemetry/cluster-counters.ts';
import type { RetryDelays } from './retry-delays.ts';

export interface RouterSettings {
  routing: RoutingTable;
  strategies: Record<EventKind, DedupStrategy>;
  /** Compacted topic with each interaction's newest state; null: none. */
  interactionStateTopic: string | null;
  retry: RetryDelays;
}

export interface RouterDeps {
  deduplicator: Deduplicator;
  sink: TopicSink;
  /** Undefined: there is no schema registry. */
  avroValues: AvroValues | undefined;
  dncQueue: DncQueue;
  interactionStates: InteractionStates;
  deadLetters: DeadLetters;
  visibility: Visibility;
  /** Ends whatever the AWS clients behind these ports are still doing when a phase's time is over. */
  calls: Pick<CallDeadline, 'until' | 'clear'>;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** Counts of the whole stage, where it has them; written beside the last step of a batch. */
  counters?: Pick<ClusterCounters, 'write'> | undefined;
  settings: RouterSettings;
}
