import * as z from 'zod/mini';
import { required } from '../../lib/platform/environment.ts';

/** Environment of the dedup router, set by the stack; CONTROL_TABLE where the stage has counters, TOPIC_LOG_DIR only by the local relay, where it replaces Kafka, as METRICS_AT_ONCE, for its console. */
export const environmentSchema = z.object({
  EVENTS_QUEUE_URL: required(),
  DEAD_LETTER_QUEUE_URL: required(),
  LEDGER_TABLE: required(),
  INTERACTION_STATE_TABLE: required(),
  DNC_QUEUE_TABLE: required(),
  DNC_HISTORY_TABLE: required(),
  UPSTASH_SECRET_NAME: required(),
  KAFKA_SECRET_NAME: required(),
  CONTROL_TABLE: z.optional(required()),
  TOPIC_LOG_DIR: z.optional(required()),
  METRICS_AT_ONCE: z.optional(required()),
});
export type DedupRouterEnvironment = z.input<typeof environmentSchema>;
