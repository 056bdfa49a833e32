import { describe, expect, it } from '@jest/globals';
import { bloomGeometry } from '../../../lib/dedup/geometry.ts';
import { createUpstashBloomWindow } from '../../../lib/dedup/upstash-bloom-window.ts';
import { json, recordingServer } from '../../support/recording-server.ts';

const never = new Promise<never>(() => undefined);
const windowWith = (credentials: Parameters<typeof createUpstashBloomWindow>[0]['credentials']) =>
  createUpstashBloomWindow({
    stage: 'test',
    geometry: bloomGeometry({ eventsPerDay: 1000, falsePositiveRate: 0.001 }),
    windowMs: 72 * 3_600_000,
    credentials,
  });
const request = {
  events: [{ ledgerKey: 'k', receivedAtMs: Date.UTC(2026, 0, 31, 12) }],
  offeredStamp: '0123456789abcdef',
  seen: new Map(),
};

describe('credentials of the window', () => {
  it('that do not come hold up no batch', async () => {
    const window = windowWith({ get: () => never, refetch: () => never });
    await expect(window.check(request)).rejects.toMatchObject({
      code: 'redis-unavailable',
      message: expect.stringContaining('credentials did not come within'),
    });
  });

  it('that are refused and cannot be read anew are reported as refused', async () => {
    const server = await recordingServer((response) => json(response, 401, { error: 'Unauthorized' }));
    const window = windowWith({ get: async () => ({ url: server.url, token: 't' }), refetch: () => never });
    await expect(window.check(request)).rejects.toMatchObject({ message: expect.stringMatching(/unauthorized/i) });
    await server.close();
  });
});
