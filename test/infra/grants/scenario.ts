import { expect } from '@jest/globals';
import { COMPLETED_INTERACTIONS } from '../../support/completed-interactions.ts';
import { contactAction, queued } from '../../support/queued-events.ts';
import type { GrantsWorld } from './world.ts';

const PARTIES = ['+14155550101', '+14155550102', '+14155550103'];
const REFUSED = '+14155550104';

/** Lets every function do all that it ever asks of AWS, troubles included. */
export async function everythingHappens(world: GrantsWorld): Promise<void> {
  await world.invoke('token-refresher');
  await eventsOfEveryKind(world);
  await repeatsAndPoison(world);
  await ledgerRefusesWrites(world);
  await kafkaIsAway(world);
  await preferencesAreTold(world);
  await subscriptionsAreKept(world);
  await countsAreTold(world);
}

async function countsAreTold(world: GrantsWorld): Promise<void> {
  expect(await world.scrape()).toBe(200);
  expect(await world.invoke('influx-exporter')).toEqual({ sent: 1, pending: 0, dropped: 0 });
}

async function eventsOfEveryKind(world: GrantsWorld): Promise<void> {
  const at = '2026-01-31T12:00:00Z';
  const accepted = [
    await world.post('/cxone/events', { actionType: 'QUEUE_TRANSFER', contactId: 'c' }), // by its Avro schema
    await world.post('/cxone/events', { actionType: 'CALL_DISCONNECTED', contactId: 'c' }),
    await world.post('/cxone/webhook', { eventType: 'DATA_ACTION_TRIGGERED', data: { contactId: 'c' } }),
    await world.post('/cxone/webhook/data-action', { interactionId: 'i', dataActionId: 'd', updatedTimestamp: at }),
    await world.post('/webhook', { phoneNumber: PARTIES[0], eventName: 'optOut', timestamp: at }),
  ];
  expect(accepted).toEqual(accepted.map(() => 202));
  await world.settled();
}

async function repeatsAndPoison(world: GrantsWorld): Promise<void> {
  // an older wish loses against the one that stands, which is read then
  const older = { phoneNumber: PARTIES[0], eventName: 'optIn', timestamp: '2026-01-30T12:00:00Z' };
  expect(await world.post('/webhook', older)).toBe(202);
  await world.enqueue('no envelope');
  await world.settled();
  expect(await world.parked()).toBe(1);
}

/** After a failed commit the router asks by a probe whether the ledger takes writes again. */
async function ledgerRefusesWrites(world: GrantsWorld): Promise<void> {
  world.dynamo.fail('BatchWriteItem', '-Ledger', 12);
  expect(await world.post('/cxone/events', { actionType: 'CALL_DISCONNECTED', contactId: 'retried' })).toBe(202);
  await world.settled();
}

async function kafkaIsAway(world: GrantsWorld): Promise<void> {
  const record = queued(contactAction('c', 'no-kafka', Date.now()));
  expect(await world.invokeRouterWithKafka({ Records: [record] })).toEqual({
    batchItemFailures: [{ itemIdentifier: record.messageId }],
  });
}

async function preferencesAreTold(world: GrantsWorld): Promise<void> {
  world.cxone.state.behaviours.set(REFUSED, { refuse: { status: 422, message: 'not dialable' } });
  for (const phoneNumber of [...PARTIES, REFUSED])
    expect(await world.post('/webhook', { phoneNumber, eventName: 'optOut', timestamp: '2026-01-31T13:00:00Z' })).toBe(
      202,
    );
  await world.settled();
  world.cxone.revokeTokens(); // the batcher renews by itself
  await world.invoke('dnc-batcher');
  expect(world.cxone.state.contacts.get(PARTIES[0] ?? '')).toMatchObject({ doNotCall: true });
  await longPauseIsAskedFor(world);
}

/** The batcher notes until when CXone wants to hear nothing, and heeds it at the next run. */
async function longPauseIsAskedFor(world: GrantsWorld): Promise<void> {
  const optIn = { phoneNumber: PARTIES[1], eventName: 'optIn', timestamp: '2026-01-31T14:00:00Z' };
  expect(await world.post('/webhook', optIn)).toBe(202);
  await world.settled();
  const asked = { kind: 'status', status: 429, retryAfter: '600', match: { path: '/api/v2/outbound' } } as const;
  world.cxone.addFault(asked);
  for (let run = 0; run < 2; run++)
    expect(await world.invoke('dnc-batcher')).toMatchObject({ stoppedBy: 'throttled', requests: 1 - run });
}

async function subscriptionsAreKept(world: GrantsWorld): Promise<void> {
  world.cxone.revokeTokens(); // and the reconciler too
  await world.invoke('subscription-reconciler');
  const [subscription] = world.cxone.state.subscriptions.values();
  expect(subscription?.name).toBe(COMPLETED_INTERACTIONS.name);
  if (subscription) subscription.fields.eventType = 'changed.by.hand';
  await world.invoke('subscription-reconciler');
  expect(subscription?.fields.eventType).toBe(COMPLETED_INTERACTIONS.eventType);
}
