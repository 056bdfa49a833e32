import * as z from 'zod/mini';
import { required } from '../../lib/platform/environment.ts';

/** Environment of the metrics endpoint, set by the stack. */
export const environmentSchema = z.object({
  CONTROL_TABLE: required(),
  EVENTS_QUEUE_URL: required(),
  PROMETHEUS_SECRET_NAME: required(),
});
export type MetricsEndpointEnvironment = z.input<typeof environmentSchema>;
