import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInfluxWriter } from '../../lib/telemetry/influx-writer.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { type RelayProcess, removeDirectory, startRelay } from '../e2e/support/relay-process.ts';
import { send, settled } from '../e2e/support/webhook.ts';
import { type InfluxService, startInfluxDb } from './services/influxdb.ts';
import { type PrometheusService, promtoolFindings, startPrometheus } from './services/prometheus.ts';

const TOKEN = 'scrape-token-of-this-test';
const BUCKET = 'cxone_metrics';
const INSTALL_MS = 1_400_000;

let influx: InfluxService;
let relay: RelayProcess;
let prometheus: PrometheusService;
beforeAll(async () => {
  influx = await startInfluxDb(BUCKET);
  relay = await startRelay({
    environment: { PROMETHEUS_TOKEN: TOKEN, INFLUX_URL: influx.url },
    stage: { telemetry: { counters: true, prometheus: true } },
  });
  prometheus = await startPrometheus(new URL(relay.url).host, TOKEN);
}, INSTALL_MS);
afterAll(async () => {
  await prometheus?.stop();
  await relay?.kill();
  await influx?.stop();
  if (relay) removeDirectory(relay.dataDirectory);
});

const fieldsOf = async () => influx.query('SELECT * FROM cxone_deduplication_stats');
const sumOf = async (field: string) =>
  (await influx.query(`SELECT SUM(${field}) AS sum FROM cxone_deduplication_stats`))[0]?.sum;

describe('the telemetry on a real Prometheus and a real InfluxDB', () => {
  it('is scraped as it was counted', async () => {
    for (let contact = 0; contact < 5; contact++)
      expect(
        await send(relay, JSON.stringify({ actionType: 'QUEUE_TRANSFER', contactId: `c-${contact}` })),
      ).toMatchObject({ status: 202 });
    await settled(relay);
    const scraped = (expression: string, value: number) =>
      eventually(
        async () => (await prometheus.query(expression)) === value,
        async () => `${expression}: ${await prometheus.query(expression)}`,
        20_000,
      );
    await scraped('up{job="relay"}', 1);
    await scraped('cxone_events_received_total', 5);
    await scraped('cxone_kafka_deliveries_total{topic="cxone.transfers.raw"}', 5);
    await scraped('cxone_kafka_delivery_latency_seconds_count', 5);
    await scraped('sum(cxone_kafka_delivery_latency_seconds_bucket{le="+Inf"})', 5);
    await scraped('cxone_kafka_producer_pending', 0);
  }, 90_000);

  it('is found good by promtool', async () => {
    const response = await fetch(`${relay.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await promtoolFindings(await response.text())).toBe('');
    await expect(promtoolFindings('cxone_broken{ 1\n')).rejects.toThrow(/error while linting|parsing/);
  }, 30_000);

  it('is stored as integers under the names of the sources, and once however often it is sent', async () => {
    await relay.invoke('influx-exporter');
    expect(await sumOf('events_received')).toBe(5);
    const [point] = (await fieldsOf()).toReversed();
    expect(point).toMatchObject({
      environment: 'e2e',
      events_deduplicated: 0,
      compaction_count: 0,
      state_cache_size: 5,
      filter_capacity: 1_000_000,
    });
    const types = await influx.query('SHOW FIELD KEYS FROM cxone_deduplication_stats');
    expect(types.map(({ fieldType }) => fieldType)).toEqual(new Array(5).fill('integer'));
    const again = {
      atMs: Date.parse(String(point?.time)),
      eventsReceived: 5,
      eventsDeduplicated: 0,
      compactionCount: 0,
      stateCacheSize: 5,
      filterCapacity: 1_000_000,
    };
    const settings = { url: influx.url, org: 'default', bucket: BUCKET, environment: 'e2e', timeoutMs: 5_000 };
    await createInfluxWriter({ ...settings, token: async () => 'any' }).write([again, again]);
    expect(await sumOf('events_received')).toBe(5);
  }, 60_000);
});
