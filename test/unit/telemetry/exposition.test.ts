import { describe, expect, it } from '@jest/globals';
import { Histogram } from 'prom-client';
import type { OutgoingRecord } from '../../../lib/routing/sink.ts';
import { parseStage } from '../../../lib/stage/parse.ts';
import { countCxoneTries } from '../../../lib/telemetry/counted-cxone.ts';
import { countedMetrics } from '../../../lib/telemetry/counted-metrics.ts';
import { countedSink } from '../../../lib/telemetry/counted-sink.ts';
import { exposition } from '../../../lib/telemetry/exposition.ts';
import { BUCKET_BOUNDS_SECONDS, bucketOf } from '../../../lib/telemetry/latency-buckets.ts';
import { countedDeduplicator, isRemembered } from '../../../lib/telemetry/remembered-events.ts';
import { snapshotOf } from '../../../lib/telemetry/snapshot.ts';
import { snapshotSettingsOf } from '../../../lib/telemetry/snapshot-settings.ts';
import { Tally } from '../../../lib/telemetry/totals.ts';
import { fakeClock } from '../../support/clock.ts';
import { collectedMetrics } from '../../support/telemetry/collected-metrics.ts';

const DAY_MS = 86_400_000;
const stage = parseStage('dev', { routing: { A: 'cxone.a', B: 'cxone.b' } });
const settings = snapshotSettingsOf(stage);
const record: OutgoingRecord = { key: null, value: new Uint8Array(), headers: {}, timestampMs: 0 };

/** The lines of one metric, comments left out. */
async function linesOf(name: string, totals: Record<string, number>, nowMs = 0): Promise<string[]> {
  const { text } = await exposition(snapshotOf(totals, settings, nowMs), 7);
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe('what a router counts', () => {
  it('is told as deliveries, errors and latencies of its topics', async () => {
    const clock = fakeClock();
    const tally = new Tally();
    let fails = false;
    const sink = countedSink(
      {
        async send() {
          clock.advance(fails ? 5_000 : 30);
          if (fails) throw new Error('away');
        },
        close: async () => undefined,
      },
      tally,
      clock,
    );
    await sink.send('cxone.a', [record, record, record], 0);
    fails = true;
    await expect(sink.send('cxone.b', [record, record], 0)).rejects.toThrow('away');
    const totals = tally.take();
    expect(await linesOf('cxone_kafka_deliveries_total', totals)).toEqual([
      'cxone_kafka_deliveries_total{topic="cxone.a"} 3',
      'cxone_kafka_deliveries_total{topic="cxone.b"} 0',
    ]);
    expect(await linesOf('cxone_kafka_delivery_errors_total', totals)).toEqual([
      'cxone_kafka_delivery_errors_total{topic="cxone.a"} 0',
      'cxone_kafka_delivery_errors_total{topic="cxone.b"} 2',
    ]);
    expect(await linesOf('cxone_kafka_delivery_latency_seconds', totals)).toEqual([
      ...[0.005, 0.01, 0.025].map((le) => `cxone_kafka_delivery_latency_seconds_bucket{le="${le}"} 0`),
      ...[0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, '+Inf'].map(
        (le) => `cxone_kafka_delivery_latency_seconds_bucket{le="${le}"} 3`,
      ),
      'cxone_kafka_delivery_latency_seconds_sum 0.09',
      'cxone_kafka_delivery_latency_seconds_count 3',
    ]);
  });

  it('is told as outcomes; received are those that were decided', async () => {
    const tally = new Tally();
    const { metrics, added } = collectedMetrics();
    const counted = countedMetrics(metrics, tally);
    for (let event = 0; event < 5; event++) counted.add('EventsRouted', 1);
    counted.add('EventsDuplicate', 2);
    counted.add('EventsParked', 1);
    counted.add('EventsRetried', 9);
    counted.add('KafkaSend', 12, 'Milliseconds');
    expect(added).toHaveLength(9);
    const lines = await linesOf('cxone_event', tally.take());
    expect(lines).toEqual([
      'cxone_events_received_total 8',
      'cxone_events_deduplicated_total 2',
      'cxone_events_routed_total 5',
      'cxone_events_parked_total 1',
      'cxone_event_retries_total 9',
    ]);
  });

  it('is remembered for as long as the window is, and then let go', async () => {
    const tally = new Tally();
    const nowMs = 20_000 * DAY_MS;
    const events = [0, 0, 1, 3, 4].map((daysAgo, id) => ({
      id: String(id),
      ledgerKey: String(id),
      groupId: 'g',
      receivedAtMs: nowMs - daysAgo * DAY_MS,
    }));
    const deduplicator = countedDeduplicator(
      {
        decide: async (batch) => ({
          verdicts: new Map(),
          stats: { believed: 0, asked: 0, falsePositives: 0, filterUnavailable: false, filterDamaged: false },
          commit: async () => new Set(batch.slice(1)), // the first could not be written
        }),
      },
      tally,
    );
    await (await deduplicator.decide(events)).commit(events, 0);
    const totals = tally.take();
    expect(await linesOf('cxone_window_events', totals, nowMs)).toEqual(['cxone_window_events 3']);
    const isKept = isRemembered(stage.dedup.windowHours * 3_600_000);
    expect(Object.keys(totals).filter((key) => !isKept(key, nowMs + DAY_MS))).toEqual([`w:${20_000 - 4}`]);
    expect(isKept('r', nowMs + 1_000 * DAY_MS)).toBe(true);
  });
});

describe('requests to CXone', () => {
  it('have no series before there is one', async () => {
    expect(await linesOf('cxone_api_requests_total', {})).toEqual([]);
  });

  it('are told by endpoint and outcome', async () => {
    const tally = new Tally();
    const api = { ...stage.cxone, baseUrl: 'https://cxone.example.com' };
    const onTry = countCxoneTries(api, tally);
    const answer = (status: number) => ({ kind: 'answer' as const, status, headers: new Headers(), body: undefined });
    const to = (path: string) => ({ url: `https://cxone.example.com${path}` });
    onTry?.(to('/oauth/token'), answer(200));
    onTry?.(to('/api/v2/eventbridge/subscriptions/s-1/delivery-status'), answer(200));
    onTry?.(to('/api/v2/outbound/contacts'), answer(429));
    onTry?.(to('/api/v2/outbound/contacts'), { kind: 'broken', sent: true, reason: 'ECONNRESET' });
    onTry?.(to('/api/v2/outbound/contacts'), { kind: 'broken', sent: false, reason: 'ECONNREFUSED' });
    onTry?.(to('/elsewhere'), answer(503));
    expect((await linesOf('cxone_api_requests_total', tally.take())).sort()).toEqual([
      'cxone_api_requests_total{endpoint="other",outcome="failed"} 1',
      'cxone_api_requests_total{endpoint="outboundContacts",outcome="failed"} 1',
      'cxone_api_requests_total{endpoint="outboundContacts",outcome="throttled"} 1',
      'cxone_api_requests_total{endpoint="outboundContacts",outcome="unknown"} 1',
      'cxone_api_requests_total{endpoint="subscriptions",outcome="success"} 1',
      'cxone_api_requests_total{endpoint="token",outcome="success"} 1',
    ]);
  });
});

describe('latency buckets', () => {
  it("are the client's own default, a bound within its bucket", () => {
    const { upperBounds } = new Histogram({ name: 'any', help: 'any', registers: [] }) as unknown as {
      upperBounds: number[];
    };
    expect(BUCKET_BOUNDS_SECONDS).toEqual(upperBounds);
    expect([0, 5, 5.1, 10_000, 10_001].map(bucketOf)).toEqual([0, 0, 1, 10, 11]);
  });
});
