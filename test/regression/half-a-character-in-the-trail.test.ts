import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { declared, NO_WEBHOOKS, startWorld, type World } from '../integration/subscriptions/relay-in-cxone.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

/** The table keeps half a character as another one: the hash did not match, and the chain looked tampered with. */
describe('words of CXone that hold half a character', () => {
  it.each([
    ['cut within an emoji', '😀'.repeat(600)],
    ['cut within another', `x${'😀'.repeat(600)}`],
    ['as they came', 'no such queue: \ud83d'],
  ])('leave the chain intact: %s', async (_where, message) => {
    const match = { method: 'POST', path: '/api/v2/eventbridge' };
    world.cxone.simulator.addFault({ kind: 'status', status: 400, message, match });
    await world.run({ ...NO_WEBHOOKS, subscriptions: [declared('a')] });
    const [, failure] = await world.auditRecords();
    expect(failure).toMatchObject({ status: 'failure', details: { message: expect.stringContaining('400') } });
    expect(String(failure?.details.message).isWellFormed()).toBe(true); // which not every emulator sees to
    expect(await world.verifyAudit()).toMatchObject({ chain: 'intact', records: 2 });
  });
});
