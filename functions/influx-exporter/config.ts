import * as z from 'zod/mini';
import { required } from '../../lib/platform/environment.ts';

/** Environment of the InfluxDB exporter, set by the stack. */
export const environmentSchema = z.object({
  CONTROL_TABLE: required(),
  INFLUX_SECRET_NAME: required(),
});
export type InfluxExporterEnvironment = z.input<typeof environmentSchema>;
