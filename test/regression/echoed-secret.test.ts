import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { desiredRegistrations } from '../../lib/subscriptions/webhooks.ts';
import { startWorld, type World } from '../integration/subscriptions/relay-in-cxone.ts';

const SECRET = 'hush/hush "é" & so on';
const WEBHOOKS = ['/api/v2/event/registrations', '/api/v2/webhooks'];

let world: World;
beforeEach(async () => {
  world = await startWorld();
  Object.assign(world.secrets, { current: SECRET, urlToken: SECRET });
});
afterEach(() => world.stop());

/** All that an operator gets to see of a run: what it answers (the command line prints it), its log, and the audit trail. */
async function seen(): Promise<string> {
  const result = await world.run({});
  return JSON.stringify([result, world.log.lines, await world.auditRecords()]);
}

describe('a refusal that quotes the registration', () => {
  const url = new URL('https://relay.example.com/cxone/events');
  url.searchParams.set('token', SECRET);

  it.each([
    ['as it is', `no such token: ${SECRET}!`],
    ['in the URL', `invalid url ${url.href}`],
    ['in a URL encoded otherwise', `invalid url ?token=${encodeURIComponent(SECRET)}`],
    ['in JSON', `not taken: ${JSON.stringify({ secret: SECRET })}`],
    ['where the message is cut', 'x'.repeat(503) + SECRET],
  ])('tells nobody its secret: %s', async (_where, message) => {
    for (const path of WEBHOOKS)
      world.cxone.simulator.addFault({ kind: 'status', status: 400, message, match: { path } });
    const text = await seen();
    expect(text).toContain('CXone answered 400');
    expect(text).not.toContain('hush');
  });
});

it('the trail holds no bare hash of a registration, from which a weak secret could be guessed', async () => {
  const text = await seen();
  const sent = [...desiredRegistrations(world.deps({}).webhooks, world.secrets)];
  expect(sent).toHaveLength(2);
  expect(text).toContain('fingerprint');
  for (const { path, body } of sent) {
    const bare = createHash('sha256').update(JSON.stringify([path, body]));
    expect(text).not.toContain(bare.digest('hex'));
  }
});
