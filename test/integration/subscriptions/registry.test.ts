import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RecordingServer, recordingServer } from '../../support/recording-server.ts';
import { declared, NO_WEBHOOKS, startWorld, type World } from './relay-in-cxone.ts';

let world: World;
let server: RecordingServer;
/** What the registry does with a call, by its body. */
let answer: (body: string) => number;
let told: unknown[];
beforeEach(async () => {
  world = await startWorld();
  answer = () => 204;
  told = [];
  server = await recordingServer((response, count) => {
    const { body = '' } = server.requests[count - 1] ?? {};
    const status = answer(body);
    if (status === 204) told.push(JSON.parse(body));
    response.writeHead(status).end();
  });
});
afterEach(async () => {
  await server.close();
  await world.stop();
});

const run = (names: string[], extra: object = {}) =>
  world.run({
    ...NO_WEBHOOKS,
    subscriptions: names.map((name) => declared(name)),
    pruneSubscriptions: true,
    registryWebhookUrl: `${server.url}/sync`,
    ...extra,
  });
const inCxone = () => [...world.cxone.simulator.state.subscriptions.values()];
const idOf = (name: string) => inCxone().find((one) => one.name === name)?.id;
const timestamp = expect.stringMatching(/^\d{4}-.*Z$/);
/** What it has taken since the last call. */
const news = () => told.splice(0);

describe('the registry that is told of states', () => {
  it('hears of a change once, and again until it has taken it; its absence blocks nothing', async () => {
    answer = () => 500;
    expect(await run(['a'])).toMatchObject({ status: 'done', subscriptions: { active: 1 } });
    expect(news()).toEqual([]);
    answer = () => 204;
    await run(['a']);
    await run(['a']);
    expect(news()).toEqual([{ subscriptionId: idOf('a'), state: 'active', timestamp }]);
    expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-event-source': 'cxone-eventbridge' });
  });

  it('hears of one that was made anew under another id, and of the end of the former', async () => {
    await run(['a']);
    const former = idOf('a');
    news();
    world.cxone.simulator.state.subscriptions.clear();
    await run(['a']);
    expect(idOf('a')).not.toBe(former);
    expect(news()).toEqual([
      { subscriptionId: idOf('a'), state: 'active', timestamp },
      { subscriptionId: former, state: 'deleted', timestamp },
    ]);
    await run(['a']);
    expect(news()).toEqual([]);
  });

  it('hears of a deletion that it missed, once, though nothing else reminds of that subscription', async () => {
    await run(['a', 'b']);
    const deleted = idOf('b');
    news();
    answer = () => 503;
    expect(await run(['a'])).toMatchObject({ status: 'done', subscriptions: { deleted: 1 } });
    answer = () => 204;
    await run(['a']);
    await run(['a']);
    expect(news()).toEqual([{ subscriptionId: deleted, state: 'deleted', timestamp }]);
  });

  it('hears of a deletion whose answer was lost', async () => {
    await run(['a', 'b']);
    const deleted = idOf('b');
    news();
    world.cxone.simulator.addFault({ kind: 'reset-after', match: { method: 'DELETE' }, times: 3 });
    await run(['a']);
    await run(['a']);
    expect(idOf('b')).toBeUndefined();
    expect(news()).toEqual([{ subscriptionId: deleted, state: 'deleted', timestamp }]);
  });

  it('is not told of a deletion that CXone refused, until it is made', async () => {
    await run(['a', 'b']);
    const deleted = idOf('b');
    news();
    world.cxone.simulator.addFault({ kind: 'status', status: 409, match: { method: 'DELETE' } });
    await run(['a']);
    expect(news()).toEqual([]);
    await run(['a']);
    expect(news()).toEqual([{ subscriptionId: deleted, state: 'deleted', timestamp }]);
  });

  it('hears of the other deletions although it never takes one', async () => {
    await run(['a', 'b', 'c']);
    const [never, other] = [idOf('b'), idOf('c')];
    news();
    answer = (body) => (body.includes(`"${never}"`) ? 400 : 204);
    await run(['a']);
    await run(['a']);
    expect(news()).toEqual([{ subscriptionId: other, state: 'deleted', timestamp }]);
  });

  it('hears nothing of a second one that bears the name of a declared one', async () => {
    await run(['a'], { pruneSubscriptions: false });
    news();
    const [one] = inCxone();
    const twin = { ...structuredClone(one), id: 'twin', createdDate: '2099-01-01T00:00:00Z' };
    world.cxone.simulator.state.subscriptions.set('twin', twin as never);
    for (let time = 1; time <= 2; time++)
      expect(await run(['a'], { pruneSubscriptions: false })).toMatchObject({ subscriptions: { kept: 2, active: 1 } });
    expect(news()).toEqual([]);
    await run(['a']);
    expect(inCxone().map(({ id }) => id)).toEqual([one?.id]);
    expect(news()).toEqual([{ subscriptionId: 'twin', state: 'deleted', timestamp }]);
  });
});
