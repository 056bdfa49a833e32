import { InfluxDB, Point } from '@influxdata/influxdb-client';
import { messageOf, UnavailableError } from '../platform/errors.ts';
import type { InfluxPoint } from './influx-backlog.ts';

export interface InfluxSettings {
  url: string;
  org: string;
  bucket: string;
  /** Tag `environment` of each point. */
  environment: string;
  token: () => Promise<string>;
  /** Of one request, connecting and reading the answer included. */
  timeoutMs: number;
}

export interface InfluxWriter {
  /** One request. Rejects with UnavailableError unless InfluxDB said that it has taken all; it may have taken them even so. */
  write(points: readonly InfluxPoint[]): Promise<void>;
}

const MEASUREMENT = 'cxone_deduplication_stats';

/** The client's retries and its buffer are off: points are kept where they outlive the process. */
export function createInfluxWriter(settings: InfluxSettings): InfluxWriter {
  const { url, org, bucket, environment, timeoutMs } = settings;
  return {
    async write(points) {
      const token = await settings.token();
      const signal = AbortSignal.timeout(timeoutMs);
      const client = new InfluxDB({ url, token, timeout: timeoutMs, transportOptions: { signal } });
      const api = client.getWriteApi(org, bucket, 'ms', {
        batchSize: points.length + 1, // nothing leaves before the flush
        flushInterval: 0,
        maxRetries: 0,
        writeFailed: (error) => Promise.reject(error), // rejects the flush, and keeps the client from logging and retrying
      });
      api.writePoints(points.map((point) => lineOf(point, environment)));
      try {
        await api.flush();
      } catch (cause) {
        const reason = messageOf(cause).replaceAll(token, '***').slice(0, 300);
        throw new UnavailableError('influx-unavailable', `InfluxDB did not take the points: ${reason}`);
      }
    },
  };
}

const lineOf = (point: InfluxPoint, environment: string): Point =>
  new Point(MEASUREMENT)
    .tag('environment', environment)
    .intField('events_received', point.eventsReceived)
    .intField('events_deduplicated', point.eventsDeduplicated)
    .intField('compaction_count', point.compactionCount)
    .intField('state_cache_size', point.stateCacheSize)
    .intField('filter_capacity', point.filterCapacity)
    .timestamp(point.atMs);
