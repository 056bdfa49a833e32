import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningSimulator } from '../../local/simulator/server.ts';
import { eventually } from './support/eventually.ts';
import { type RelayProcess, removeDirectory } from './support/relay-process.ts';
import { startRelayWithCxone } from './support/relay-with-cxone.ts';

let cxone: RunningSimulator;
let relay: RelayProcess;
beforeAll(async () => {
  ({ cxone, relay } = await startRelayWithCxone());
  await eventually(async () => {
    const { status } = (await relay.invoke('subscription-reconciler')) as { status: string };
    return status === 'done'; // its schedule may have been quicker and hold the lease
  });
}, 120_000);
afterAll(async () => {
  if (!relay) return; // the start failed
  await relay.kill();
  await cxone.close();
  removeDirectory(relay.dataDirectory);
});

const accepted = { status: 202, body: { status: 'accepted', eventId: expect.any(String) } };
const routed = (topic: string) => relay.topic(topic).map(({ value }) => JSON.parse(value) as unknown);

describe('what the relay registered at CXone', () => {
  it('is where CXone can deliver data actions, by the token on the URL alone', async () => {
    const event = { eventType: 'DATA_ACTION_TRIGGERED', data: { contactId: 'registered' } };
    expect([...cxone.simulator.state.eventRegistrations.values()]).toMatchObject([
      { name: 'data-action-dedup-consumer', secret: null, eventTypes: ['DATA_ACTION_TRIGGERED'] },
    ]);
    expect(await cxone.simulator.deliver(event)).toEqual([{ ...accepted, url: `${relay.url}/cxone/events` }]);
    await eventually(() => routed('cxone.data-actions.raw').length === 1);
    expect(routed('cxone.data-actions.raw')).toEqual([event]);
  });

  it('is where CXone can deliver updates, signed with the secret of the registration', async () => {
    const update = { interactionId: 'i-1', dataActionId: 'd-1', updatedTimestamp: '2026-01-31T12:00:00Z' };
    expect([...cxone.simulator.state.webhooks.values()]).toMatchObject([
      { secret: 'local-webhook-secret', eventTypes: ['data.action.updated'] },
    ]);
    expect(await cxone.simulator.deliver(update)).toEqual([{ ...accepted, url: `${relay.url}/cxone/events` }]);
    await eventually(() => routed('cxone.data-actions.updated').length === 1);
    expect(routed('cxone.data-actions.updated')).toEqual([update]);
  });

  it('proves CXone to the relay: the same address without the token is refused', async () => {
    const [registration] = cxone.simulator.state.eventRegistrations.values();
    const url = new URL(registration?.url ?? '');
    url.search = '';
    const event = { eventType: 'DATA_ACTION_TRIGGERED', data: { contactId: 'nobody' } };
    expect(await cxone.simulator.deliver(event, { url: url.href })).toMatchObject([{ status: 401 }]);
  });

  it('is registered once, however often the reconciler runs', async () => {
    expect(await relay.invoke('subscription-reconciler')).toMatchObject({ status: 'done', webhooksRegistered: 0 });
    expect(cxone.simulator.state.eventRegistrations.size + cxone.simulator.state.webhooks.size).toBe(2);
  });
});
