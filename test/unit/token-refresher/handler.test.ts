import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createHandler } from '../../../functions/token-refresher/handler.ts';
import { createTokenSource, REFRESHER_OPTIONS } from '../../../lib/cxone/token-source.ts';
import { type RunningSimulator, startCxoneSimulator } from '../../../local/simulator/server.ts';
import { fakeClock } from '../../support/clock.ts';
import { clientSettings } from '../../support/cxone-client.ts';
import { recordingLog } from '../../support/log.ts';

let running: RunningSimulator;
beforeAll(async () => {
  running = await startCxoneSimulator({ tokenRequestsPerSecond: 10_000 }); // the test's clock runs faster than the simulator's
});
afterEach(() => running.simulator.reset());
afterAll(() => running.close());

function refresher(changes: Parameters<typeof clientSettings>[1] = {}) {
  const clock = fakeClock(Date.now());
  const log = recordingLog();
  const counted: [string, number][] = [];
  const metrics = { add: (name: string, value: number) => void counted.push([name, value]), flush: () => undefined };
  const settings = clientSettings(running.url, { clock, log, ...changes });
  const createTokens = () => createTokenSource(settings, REFRESHER_OPTIONS);
  return { run: createHandler({ createTokens, clock, log, metrics }), clock, log, counted, settings };
}

describe('token refresher', () => {
  it('gets a token where there is none, and leaves a fresh one alone', async () => {
    const { run, clock, counted } = refresher();
    expect(await run()).toEqual({ renewed: true, secondsLeft: 3600, version: 1 });
    clock.advance(300_000);
    expect(await run()).toEqual({ renewed: false, secondsLeft: 3300, version: 1 });
    expect(counted).toContainEqual(['TokenAgeSeconds', 300]);
  });

  it('never leaves a client with less than 300 s, running every 5 minutes for a day', async () => {
    const { run, clock } = refresher();
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      const { secondsLeft } = await run();
      expect(secondsLeft - 300).toBeGreaterThanOrEqual(300);
      clock.advance(300_000);
    }
    expect(running.simulator.requests().length).toBeLessThan(32);
  });

  it('judges the shared token anew in every run, also one that a client has replaced meanwhile', async () => {
    const { run, clock, counted, settings } = refresher();
    await run();
    clock.advance(60_000);
    const client = createTokenSource(settings);
    await client.replacing(await client.current());
    clock.advance(60_000);
    expect(await run()).toEqual({ renewed: false, secondsLeft: 3540, version: 2 });
    expect(counted).toContainEqual(['TokenAgeSeconds', 60]);
  });

  it('logs, counts and throws when CXone refuses the credentials, after fetching the secret anew once', async () => {
    let refetched = 0;
    const credentials = {
      get: async () => ({ clientId: 'local-client-id', clientSecret: 'mistyped' }),
      refetch: async () => {
        refetched += 1;
        return false;
      },
    };
    const { run, log, counted } = refresher({ credentials });
    await expect(run()).rejects.toMatchObject({ failure: 'unauthorized' });
    expect(refetched).toBe(1);
    expect(counted).toEqual([['TokenRefreshFailures', 1]]);
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatchObject({ level: 'error', code: 'cxone-unauthorized' });
    expect(JSON.stringify(log.lines)).not.toContain('mistyped');
    expect(running.simulator.requests()).toHaveLength(1);
  });

  it('recovers without help when an outage ends', async () => {
    const { run, counted } = refresher();
    running.simulator.addFault({ kind: 'status', status: 503, times: 6 });
    await expect(run()).rejects.toMatchObject({ failure: 'failed' });
    await expect(run()).rejects.toMatchObject({ failure: 'failed' });
    expect(await run()).toMatchObject({ renewed: true });
    expect(counted.filter(([name]) => name === 'TokenRefreshFailures').map(([, value]) => value)).toEqual([1, 1, 0]);
  });
});
