import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import type { InfluxPoint } from '../../../lib/telemetry/influx-backlog.ts';
import { createInfluxWriter } from '../../../lib/telemetry/influx-writer.ts';
import { json, type RecordingServer, recordingServer } from '../../support/recording-server.ts';

const TOKEN = 'influx-token-that-nobody-is-told';
const point = (atMs: number): InfluxPoint => ({
  atMs,
  eventsReceived: 12,
  eventsDeduplicated: 3,
  compactionCount: 1,
  stateCacheSize: 100,
  filterCapacity: 1_000_000,
});

let server: RecordingServer;
afterEach(() => server.close());

/** Writes two points to a server that answers so. */
async function write(respond: (response: ServerResponse) => void, timeoutMs = 5_000): Promise<void> {
  server = await recordingServer(respond);
  await createInfluxWriter({
    url: server.url,
    org: 'my org',
    bucket: 'cxone_metrics',
    environment: 'dev',
    token: async () => TOKEN,
    timeoutMs,
  }).write([point(1_769_860_800_000), point(1_769_861_100_000)]);
}

const accept = (response: ServerResponse): void => void response.writeHead(204).end();

describe('points to InfluxDB', () => {
  it('are line protocol with integer fields and fixed times, in one request with the token', async () => {
    await write(accept);
    expect(server.requests).toHaveLength(1);
    const [{ method, url, headers, body } = { method: '', url: '', headers: {}, body: '' }] = server.requests;
    expect(method).toBe('POST');
    expect(url).toBe('/api/v2/write?org=my%20org&bucket=cxone_metrics&precision=ms');
    expect(headers.authorization).toBe(`Token ${TOKEN}`);
    const fields =
      'compaction_count=1i,events_deduplicated=3i,events_received=12i,filter_capacity=1000000i,state_cache_size=100i';
    expect(body.split('\n')).toEqual([
      `cxone_deduplication_stats,environment=dev ${fields} 1769860800000`,
      `cxone_deduplication_stats,environment=dev ${fields} 1769861100000`,
    ]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['401', (response) => json(response, 401, { code: 'unauthorized', message: `no such token ${TOKEN}` })],
    ['404', (response) => json(response, 404, { code: 'not found', message: 'bucket "cxone_metrics" not found' })],
    ['429', (response) => json(response, 429, {}, { 'retry-after': '1' })],
    ['500', (response) => json(response, 500, { message: 'away' })],
    ['a page in HTML with 200', (response) => void response.writeHead(200).end('<html>maintenance</html>')],
    ['a broken connection', (response) => void response.destroy()],
  ])('are asked for once and not taken when the answer is %s', async (_what, respond) => {
    const error = await write(respond).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(String(error)).not.toContain(TOKEN);
    expect(server.requests).toHaveLength(1);
  });

  it('are given up in time when the answer never comes, or never ends', async () => {
    await expect(write(() => undefined, 100)).rejects.toThrow(UnavailableError);
    await server.close();
    const drip = (response: ServerResponse): void => {
      response.writeHead(500, { 'content-length': '100' });
      response.write('{');
    };
    await expect(write(drip, 300)).rejects.toThrow(UnavailableError);
  });

  it('are not taken when nobody listens', async () => {
    await expect(
      (async () => {
        await write(accept);
        await server.close();
        await createInfluxWriter({
          url: server.url,
          org: 'o',
          bucket: 'b',
          environment: 'dev',
          token: async () => TOKEN,
          timeoutMs: 1_000,
        }).write([point(1)]);
      })(),
    ).rejects.toThrow(/did not take the points/);
  });
});
