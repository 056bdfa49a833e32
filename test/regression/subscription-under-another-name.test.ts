import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHandler } from '../../functions/subscription-reconciler/handler.ts';
import { declared, NO_WEBHOOKS, startWorld, type World } from '../integration/subscriptions/relay-in-cxone.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

/** It was looked for by its name alone, not found, and created again every five minutes, up to the limit of 100. */
describe('a subscription whose name CXone keeps in another form', () => {
  const name = 'voice  a\u0300 la carte';

  it.each<[string, (name: string) => string]>([
    ['blanks put together', (given) => given.replaceAll(/\s+/g, ' ')],
    ['accents composed', (given) => given.normalize('NFC')],
    ['shortened', (given) => given.slice(0, 5)],
  ])('%s: is created once, and reported as not as declared', async (_form, kept) => {
    const deps = world.deps({ ...NO_WEBHOOKS, subscriptions: [declared(name)], pruneSubscriptions: true });
    const list = async (deadlineMs: number) =>
      (await deps.api.list(deadlineMs)).map((one) => ({ ...one, name: kept(one.name) }));
    const handler = createHandler({ ...deps, api: { ...deps.api, list } });
    const run = (event = {}) => handler(event, { getRemainingTimeInMillis: () => 60_000 });

    expect(await run()).toMatchObject({ status: 'failed', subscriptions: { created: 1, failed: 1 } });
    const [id] = world.cxone.simulator.state.subscriptions.keys();
    for (let time = 1; time <= 2; time++)
      expect(await run()).toMatchObject({ subscriptions: { created: 0, deleted: 0, failed: 1 } });
    expect([...world.cxone.simulator.state.subscriptions.keys()]).toEqual([id]);
    expect(world.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', name, reason: 'differs in name' }),
    );
    expect(await run({ dryRun: true })).toMatchObject({ listed: [{ id, name: kept(name), standing: 'declared' }] });
  });
});
