import { readFileSync } from 'node:fs';
import { readStageFile } from '../infra/stage-file.ts';
import type { Stage } from '../lib/stage/stage.ts';
import type { LocalSettings } from './settings.ts';

/**
 * The stage file with what the environment says about this machine: brokers, registry, InfluxDB and CXone. An own Kafka is taken to be
 * without TLS unless the file asks for it. @throws ConfigError with all faults of the file.
 */
export function effectiveStage(settings: LocalSettings, cxoneBaseUrl: string): Stage {
  const stage = readStageFile(settings.stageFile, 'local');
  const { kafkaBrokers, schemaRegistryUrl, influx } = settings;
  return {
    ...stage,
    ...(kafkaBrokers !== null && {
      kafka: { ...stage.kafka, brokers: kafkaBrokers, tls: asksForTls(settings.stageFile) },
    }),
    ...(influx !== null && { telemetry: { ...stage.telemetry, counters: true, influx } }),
    schemaRegistry: { ...stage.schemaRegistry, url: schemaRegistryUrl },
    secrets: { ...stage.secrets, schemaRegistry: null }, // it would be one more secret to make up on this machine
    cxone: { ...stage.cxone, baseUrl: cxoneBaseUrl },
  };
}

/** The parsed stage has its defaults filled in, and `tls` is true there. */
function asksForTls(stageFile: string): boolean {
  const { kafka } = JSON.parse(readFileSync(stageFile, 'utf8')) as { kafka?: { tls?: boolean } };
  return kafka?.tls === true;
}
