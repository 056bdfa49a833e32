import type { Construct } from 'constructs';
import type { InfluxExporterEnvironment } from '../../functions/influx-exporter/config.ts';
import { INFLUX_BACKLOG_ID } from '../../lib/telemetry/dynamo-backlog.ts';
import { COUNTER_IDS } from '../../lib/telemetry/dynamo-counter-slots.ts';
import { allowItems } from '../control-items.ts';
import { type FunctionContext, RelayFunction } from '../relay-function.ts';
import type { Secrets } from '../secrets.ts';
import type { Tables } from '../tables.ts';

export interface InfluxExporterParts {
  tables: Tables;
  secrets: Secrets;
}

/** Writes a point to InfluxDB every five minutes. In the stage's network, if there is one, as InfluxDB may be. */
export function influxExporter(
  scope: Construct,
  context: FunctionContext,
  { tables, secrets }: InfluxExporterParts,
): RelayFunction<InfluxExporterEnvironment> {
  const { Control } = tables.byName;
  const exporter = new RelayFunction<InfluxExporterEnvironment>(scope, 'InfluxExporter', context, {
    name: 'influx-exporter',
    description: 'Writes a point of the counters to InfluxDB',
    environment: { CONTROL_TABLE: Control.tableName, INFLUX_SECRET_NAME: secrets.nameOf('influx') },
    memoryMiB: 256, // a few requests
    vpc: context.stage.vpc,
  });
  allowItems(exporter, Control, ['dynamodb:BatchGetItem'], [`${COUNTER_IDS}*`]);
  allowItems(exporter, Control, ['dynamodb:GetItem', 'dynamodb:PutItem'], [INFLUX_BACKLOG_ID]);
  secrets.grantRead(exporter.role, ['influx']);
  return exporter;
}
