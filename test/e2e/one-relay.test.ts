import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LoopbackServer } from '../../local/embedded/loopback-server.ts';
import { startEmbeddedSqs } from '../../local/embedded/sqs.ts';
import { eventually } from './support/eventually.ts';
import { type RelayProcess, removeDirectory, startRelay } from './support/relay-process.ts';
import { send, settled, sign } from './support/webhook.ts';

const TRANSFERS = 'cxone.transfers.raw';
const DATA_ACTIONS = 'cxone.data-actions.raw';

let sqs: LoopbackServer;
let client: SQSClient;
let relay: RelayProcess;
beforeAll(async () => {
  sqs = await startEmbeddedSqs(); // the test's own, so that it can put things into the queue itself
  client = new SQSClient({
    endpoint: sqs.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  relay = await startRelay({ environment: { AWS_ENDPOINT_URL_SQS: sqs.url } });
}, 120_000);
afterAll(async () => {
  await relay?.kill(); // undefined where the start failed
  client.destroy();
  await sqs.close();
  if (relay) removeDirectory(relay.dataDirectory);
});

const queueUrl = (name: string) => `${sqs.url}/000000000000/cxone-relay-e2e-${name}.fifo`;
const valuesOf = (topic: string, mark: string) =>
  relay
    .topic(topic)
    .map(({ value }) => value)
    .filter((value) => value.includes(mark));

describe('one relay', () => {
  it('routes a signed event once: value byte for byte, key and CloudEvents headers as the contract says', async () => {
    const body = '{ "actionType" : "QUEUE_TRANSFER",\n "contactId": "c-1", "note": "grüße \\u0041 \u2028", "n": 1.0 }';
    const { status, json } = await send(relay, body);
    expect({ status, json }).toEqual({
      status: 202,
      json: { status: 'accepted', eventId: expect.stringMatching(/^[\w-]{22}$/) },
    });
    await eventually(() => relay.topic(TRANSFERS).length === 1);
    const [line] = relay.topic(TRANSFERS);
    expect(line).toEqual({
      offset: 0,
      timestamp: expect.any(Number),
      key: 'pk-f6e54a190dc00ad4', // FNV-1a of "c-1"
      headers: {
        ce_specversion: '1.0',
        ce_id: json.eventId,
        ce_type: 'QUEUE_TRANSFER',
        ce_source: '/cxone/contact-action',
        ce_time: new Date(line?.timestamp ?? 0).toISOString(),
        'content-type': 'application/json',
      },
      value: body,
    });
  });

  it('routes an event that comes five times, with other transient fields and key order, once', async () => {
    const data = { contactId: 'five', disposition: 'resolved' };
    const { queueDuplicates: before } = (await relay.state()).counters;
    for (let retryCount = 0; retryCount < 5; retryCount++) {
      const webhookId = `w-${retryCount}`;
      const event = { eventType: 'DATA_ACTION_TRIGGERED', data: { ...data, retryCount, webhookId } };
      const shuffled =
        retryCount % 2 === 0 ? event : { data: { webhookId, retryCount, ...data }, eventType: event.eventType };
      expect(await send(relay, JSON.stringify(shuffled))).toMatchObject({ status: 202 });
    }
    await settled(relay);
    expect(valuesOf(DATA_ACTIONS, '"five"')).toHaveLength(1);
    expect((await relay.state()).counters.queueDuplicates).toBe(before + 4);
  });

  it('routes both of two events that differ in the last digit of a long number, or in a contact action’s timestamp', async () => {
    const action = (contactId: string, more: string) =>
      `{"actionType":"QUEUE_TRANSFER","contactId":"${contactId}",${more}}`;
    for (const more of ['"amount":90071992547409930', '"amount":90071992547409931'])
      await send(relay, action('digits', more));
    for (const second of ['01', '02']) await send(relay, action('times', `"timestamp":"2026-01-31T12:00:${second}Z"`));
    await settled(relay);
    expect(valuesOf(TRANSFERS, '"digits"')).toHaveLength(2);
    expect(valuesOf(TRANSFERS, '"times"')).toHaveLength(2);
  });

  it('takes the sources’ other routes for the same door', async () => {
    const body = '{"actionType":"QUEUE_TRANSFER","contactId":"aliases"}';
    const answers = [];
    for (const path of ['/cxone/events', '/cxone/webhook', '/cxone/webhook/data-action', '/webhook']) {
      answers.push(await send(relay, body, path));
    }
    expect(new Set(answers.map(({ json }) => json.eventId)).size).toBe(1);
    await settled(relay);
    expect(valuesOf(TRANSFERS, '"aliases"')).toHaveLength(1);
  });

  it('keeps a Do-Not-Call wish, tells CXone, and shows its state', async () => {
    const wish = { phoneNumber: '+1 415 555 0142', eventName: 'optOut', timestamp: '2026-01-31T12:00:00Z' };
    expect(await send(relay, JSON.stringify(wish))).toMatchObject({ status: 202 });
    await settled(relay);
    const stateOf = async () =>
      (await relay.state()).dnc.numbers.find(({ phoneNumber }) => phoneNumber === '+14155550142');
    expect(await stateOf()).toMatchObject({ preference: 'optOut', eventTime: wish.timestamp });
    await relay.invoke('dnc-batcher');
    await eventually(async () => (await stateOf())?.state === 'synced', stateOf);
  });

  it('answers what API Gateway answers itself, and what the receiver refuses, as the contract says', async () => {
    expect(await send(relay, '{}', '/nowhere')).toEqual({ status: 404, json: { message: 'Not Found' } });
    const unsigned = await fetch(`${relay.url}/cxone/events`, { method: 'POST', body: '{}' });
    expect([unsigned.status, unsigned.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
    const got = await fetch(`${relay.url}/cxone/events`);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await send(relay, JSON.stringify({ a: 'x'.repeat(300_000) }))).toMatchObject({ status: 413 });
    const huge = Buffer.alloc(11 * 1_048_576, 0x20);
    const tooLarge = await fetch(`${relay.url}/cxone/events`, {
      method: 'POST',
      body: huge,
      headers: { 'x-cxone-signature': sign(huge) },
    });
    expect(tooLarge.status).toBe(413);
    expect(await send(relay, '{"actionType":"NO_SUCH","contactId":"c"}')).toMatchObject({ status: 400 });
  });

  it('shows its state to this machine only', async () => {
    const foreign = await fetch(`${relay.url}/_local/state`, { headers: { origin: 'https://example.com' } });
    expect(foreign.status).toBe(403);
    const { counters, queues, audit } = await relay.state();
    expect(counters.received).toBeGreaterThan(counters.accepted);
    expect(counters.rejected).toBeGreaterThan(0);
    expect(queues.events).toEqual({ visible: 0, inFlight: 0 });
    expect(audit.chain).toBe('intact');
  });

  it('parks a poison message with its reason while its neighbours go on', async () => {
    const { Messages: before = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl('events-dlq') }),
    );
    expect(before).toEqual([]);
    const poison = {
      QueueUrl: queueUrl('events'),
      MessageGroupId: 'poison',
      MessageDeduplicationId: `p-${Date.now()}`,
    };
    await client.send(new SendMessageCommand({ ...poison, MessageBody: 'no envelope' }));
    await send(relay, '{"actionType":"QUEUE_TRANSFER","contactId":"neighbour"}');
    await settled(relay);
    await eventually(() => valuesOf(TRANSFERS, '"neighbour"').length === 1);
    const { Messages: [parked] = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl('events-dlq'), MessageAttributeNames: ['All'] }),
    );
    expect(parked?.Body).toBe('no envelope');
    expect(parked?.MessageAttributes?.reason?.StringValue).toBe('envelope-unreadable');
    expect((await relay.state()).counters.parked).toBe(1);
  });
});
