import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RecordingServer, recordingServer } from '../support/recording-server.ts';
import { eventually } from './support/eventually.ts';
import { type RelayProcess, removeDirectory, startRelay } from './support/relay-process.ts';
import { send, settled } from './support/webhook.ts';

const TOKEN = 'scrape-token-of-this-test';

let influx: RecordingServer;
let relay: RelayProcess;
let influxStatus = 204;
beforeAll(async () => {
  influx = await recordingServer((response) => void response.writeHead(influxStatus).end());
  relay = await startRelay({
    environment: { PROMETHEUS_TOKEN: TOKEN, INFLUX_URL: influx.url },
    stage: { telemetry: { counters: true, prometheus: true } },
  });
}, 120_000);
afterAll(async () => {
  await relay?.kill(); // undefined where the start failed
  await influx.close();
  if (relay) removeDirectory(relay.dataDirectory);
});

/** Value by metric and labels. */
async function scrape(): Promise<Map<string, number>> {
  const response = await fetch(`${relay.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(response.status).toBe(200);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

const field = (body: string, name: string) => Number(new RegExp(`${name}=(\\d+)i`).exec(body)?.[1]);
/** Of all lines that InfluxDB took. */
const taken = (name: string) =>
  influx.requests
    .flatMap(({ body }) => body.split('\n'))
    .map((body) => field(body, name))
    .reduce((sum, count) => sum + count, 0);

describe('the telemetry of a relay', () => {
  it('counts each event once, over all its functions, and tells Prometheus', async () => {
    const update = (minute: number) =>
      JSON.stringify({ interactionId: 'i-1', dataActionId: 'd', updatedTimestamp: `2026-01-31T12:0${minute}:00Z` });
    for (const contactId of ['c-1', 'c-2', 'c-3'])
      await send(relay, JSON.stringify({ actionType: 'QUEUE_TRANSFER', contactId }));
    for (const minute of [1, 2, 3]) await send(relay, update(minute)); // the later two are repeats of their interaction
    await settled(relay);
    await eventually(async () => (await scrape()).get('cxone_events_received_total') === 6);
    const metrics = await scrape();
    const told = (name: string) => metrics.get(name);
    expect(told('cxone_events_routed_total')).toBe(4);
    expect(told('cxone_events_deduplicated_total')).toBe(2);
    expect(told('cxone_events_parked_total')).toBe(0);
    expect(told('cxone_kafka_deliveries_total{topic="cxone.transfers.raw"}')).toBe(3);
    expect(told('cxone_kafka_deliveries_total{topic="cxone.data-actions.updated"}')).toBe(1);
    expect(told('cxone_kafka_delivery_latency_seconds_count')).toBe(4);
    expect(told('cxone_kafka_delivery_latency_seconds_bucket{le="+Inf"}')).toBe(4);
    expect(told('cxone_window_events')).toBe(4);
    expect(told('cxone_kafka_producer_pending')).toBe(0);
    await eventually(
      async () => ((await scrape()).get('cxone_api_requests_total{endpoint="token",outcome="success"}') ?? 0) >= 1,
    );
    expect((await relay.state()).counters.received).toBe(6); // scrapes are no webhooks
  }, 60_000);

  it('lets nobody else look', async () => {
    const answer = await fetch(`${relay.url}/metrics`, { headers: { authorization: 'Bearer another' } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('goes to InfluxDB in points that hold each event once, later when InfluxDB is away', async () => {
    await relay.invoke('influx-exporter');
    expect([taken('events_received'), taken('events_deduplicated')]).toEqual([6, 2]);
    influxStatus = 503;
    await send(relay, '{"actionType":"QUEUE_TRANSFER","contactId":"while-away"}');
    await settled(relay);
    await eventually(async () => (await scrape()).get('cxone_events_received_total') === 7);
    expect(await relay.invoke('influx-exporter')).toEqual({ sent: 0, pending: 1, dropped: 0 });
    const refused = influx.requests.pop();
    influxStatus = 204;
    expect(await relay.invoke('influx-exporter')).toEqual({ sent: 2, pending: 0, dropped: 0 });
    expect([taken('events_received'), taken('events_deduplicated')]).toEqual([7, 2]);
    const [line] = refused?.body.split('\n') ?? [];
    expect(influx.requests.at(-1)?.body.split('\n')[0]).toBe(line);
    expect(line).toMatch(/^cxone_deduplication_stats,environment=e2e /);
    expect(influx.requests.every(({ headers }) => headers.authorization === 'Token local-influx-token')).toBe(true);
  }, 60_000);
});
