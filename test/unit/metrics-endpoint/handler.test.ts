import { describe, expect, it } from '@jest/globals';
import { createHandler } from '../../../functions/metrics-endpoint/handler.ts';
import { parseScrapeTokens, type ScrapeTokens } from '../../../functions/metrics-endpoint/secret.ts';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { recordingLog } from '../../support/log.ts';

const TOKEN = 'scrape-token-0123456789';

/** The endpoint with a secret that becomes `rotated` when it is read anew. */
function endpoint(secret: ScrapeTokens, rotated?: ScrapeTokens) {
  const log = recordingLog();
  const world = { log, exposed: 0, refetches: 0, fails: false, secretFails: false };
  let current = secret;
  const handler = createHandler({
    tokens: {
      async get() {
        if (world.secretFails) throw new UnavailableError('secret-unavailable', 'away');
        return current;
      },
      async refetch() {
        world.refetches++;
        if (rotated === undefined || current === rotated) return false;
        current = rotated;
        return true;
      },
    },
    async expose() {
      world.exposed++;
      if (world.fails) throw new UnavailableError('counters-unavailable', 'the table is away');
      return { contentType: 'text/plain; version=0.0.4', text: 'cxone_events_received_total 1\n' };
    },
    log,
  });
  const ask = (authorization?: string) => handler({ headers: authorization === undefined ? {} : { authorization } });
  return { world, ask };
}

describe('GET /metrics', () => {
  it('answers the text to whoever shows the token', async () => {
    const { ask } = endpoint({ token: TOKEN });
    expect(await ask(`Bearer ${TOKEN}`)).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4', 'cache-control': 'no-store' },
      body: 'cxone_events_received_total 1\n',
    });
  });

  it.each([
    ['nothing', undefined],
    ['another token', 'Bearer scrape-token-9876543210'],
    ['a part of it', `Bearer ${TOKEN.slice(0, -1)}`],
    ['more than it', `Bearer ${TOKEN}0`],
    ['it by another scheme', `Basic ${TOKEN}`],
    ['an empty one', 'Bearer '],
  ])('answers 401 as problem+json to %s, and reads no counters', async (_what, authorization) => {
    const { ask, world } = endpoint({ token: TOKEN });
    const answer = await ask(authorization);
    expect(answer).toMatchObject({
      statusCode: 401,
      headers: { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' },
    });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ type: 'urn:cxone-relay:problem:unauthorized', status: 401 });
    expect(world.exposed).toBe(0);
  });

  it('takes both tokens while one is replaced, and a new one as soon as it is in the secret', async () => {
    const rotated = { token: 'new-scrape-token-0123456789', previous: TOKEN };
    const { ask, world } = endpoint({ token: TOKEN }, rotated);
    expect((await ask(`Bearer ${rotated.token}`)).statusCode).toBe(200);
    expect((await ask(`Bearer ${TOKEN}`)).statusCode).toBe(200);
    expect(world.refetches).toBe(1);
  });

  it.each(['fails', 'secretFails'] as const)(
    'answers 503 when what it needs is away (%s), and logs why',
    async (what) => {
      const { ask, world } = endpoint({ token: TOKEN });
      world[what] = true;
      const answer = await ask(`Bearer ${TOKEN}`);
      expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '15' } });
      expect(answer.body).not.toContain('away');
      expect(world.log.lines).toEqual([expect.objectContaining({ level: 'error', message: 'metrics not told' })]);
    },
  );

  it('takes no short token', () => {
    expect(() => parseScrapeTokens({ token: 'short' })).toThrow(/secrets\.prometheus.*16 characters/);
  });
});
