import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NamedEndpoints } from '../../local/named-endpoints.ts';
import type { RunningSimulator } from '../../local/simulator/server.ts';
import { eventually } from './support/eventually.ts';
import { type RelayProcess, removeDirectory } from './support/relay-process.ts';
import { startRelayWithCxone } from './support/relay-with-cxone.ts';
import { send, settled } from './support/webhook.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

let cxone: RunningSimulator;
let relay: RelayProcess;
beforeAll(async () => {
  ({ cxone, relay } = await startRelayWithCxone({ stage: { dnc: { historyYears: 7, maxAttempts: 1 } } }));
}, 120_000);
afterAll(async () => {
  if (!relay) return; // the start failed
  await relay.kill();
  await cxone.close();
  removeDirectory(relay.dataDirectory);
});

type Wish = [phoneNumber: string, eventName: 'optIn' | 'optOut', timestamp: string];

/** Sends wishes in this order, and waits until each is in the DNC queue. */
async function hear(...wishes: Wish[]): Promise<void> {
  for (const [phoneNumber, eventName, timestamp] of wishes) {
    const answer = await send(relay, JSON.stringify({ phoneNumber, eventName, timestamp }), '/webhook');
    expect(answer).toMatchObject({ status: 202 });
  }
  await settled(relay);
}

const numberState = async (phoneNumber: string) =>
  (await relay.state()).dnc.numbers.find((item) => item.phoneNumber === phoneNumber);

/** Runs the batcher until the number is no longer pending; its own schedule may hold the lease for a moment. */
async function drained(phoneNumber: string): Promise<void> {
  await eventually(
    async () => {
      await relay.invoke('dnc-batcher');
      return (await numberState(phoneNumber))?.state !== 'pending';
    },
    () => numberState(phoneNumber),
  );
}

async function dnc(...args: string[]): Promise<string> {
  const port = new URL(relay.url).port;
  const command = ['cli/index.ts', 'dnc', ...args, '--port', port];
  return (await promisify(execFile)(process.execPath, command, { cwd: PROJECT })).stdout;
}

/** For how many years each entry of the number's history is kept. */
async function keptYears(number: string): Promise<number[]> {
  const { dynamodb, region, tables } = (await (await fetch(`${relay.url}/_local/endpoints`)).json()) as NamedEndpoints;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const dynamo = new DynamoDBClient({ endpoint: dynamodb, region, credentials });
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: tables.DncHistory,
      KeyConditionExpression: 'phoneNumber = :number',
      ExpressionAttributeValues: { ':number': { S: number } },
    }),
  );
  dynamo.destroy();
  const yearOf = (ms: number) => new Date(ms).getUTCFullYear();
  return Items.map(({ atMs, expiresAt }) => yearOf(Number(expiresAt?.N) * 1000) - yearOf(Number(atMs?.N)));
}

const told = (phoneNumber: string) => cxone.simulator.state.contacts.get(phoneNumber);
const happenings = (story: string) => [...story.matchAll(/^ {2}\S+ {2}(\w+) +(\w+) /gm)].map(([, ...what]) => what);

describe('the whole Do-Not-Call loop', () => {
  it('an opt-out reaches CXone with its own time, an opt-in takes it back, and the story tells both', async () => {
    const number = '+14155550143';
    await hear([number, 'optOut', '2026-01-31T12:00:00Z']);
    await drained(number);
    expect(told(number)).toMatchObject({ doNotCall: true, optOutDate: '2026-01-31T12:00:00Z' });
    expect(happenings(await dnc('show', number))).toEqual([
      ['heard', 'optOut'],
      ['sent', 'optOut'],
      ['confirmed', 'optOut'],
    ]);
    await hear([number, 'optIn', '2026-01-31T12:00:01Z']);
    await drained(number);
    expect(told(number)).toMatchObject({ doNotCall: false, optOutDate: null });
    const story = await dnc('show', number);
    expect(story).toMatch(/^\+14155550143 +optIn +synced +said 2026-01-31T12:00:01Z +confirmed /);
    expect(happenings(story)).toEqual([
      ['heard', 'optOut'],
      ['sent', 'optOut'],
      ['confirmed', 'optOut'],
      ['heard', 'optIn'],
      ['superseded', 'optOut'],
      ['sent', 'optIn'],
      ['confirmed', 'optIn'],
    ]);
  });

  it('a wish dated 2099 is told, and blocks none that comes after it', async () => {
    const number = '+14155550144';
    await hear([number, 'optOut', '2099-01-01T00:00:00Z']);
    await drained(number);
    expect(told(number)).toMatchObject({ doNotCall: true, optOutDate: '2099-01-01T00:00:00Z' });
    await hear([number, 'optIn', new Date().toISOString()]);
    await drained(number);
    expect(told(number)).toMatchObject({ doNotCall: false });
  });

  it.each<[string, Wish[]]>([
    [
      'opt-out first',
      [
        ['+14155550145', 'optOut', '2026-01-31T12:00:00Z'],
        ['+14155550145', 'optIn', '2026-01-31T13:00:00+01:00'],
      ],
    ],
    [
      'opt-in first',
      [
        ['+14155550146', 'optIn', '2026-01-31T13:00:00+01:00'],
        ['+14155550146', 'optOut', '2026-01-31T12:00:00Z'],
      ],
    ],
  ])('at one instant opt-out wins and CXone is told so: %s', async (_order, wishes) => {
    const number = wishes[0]?.[0] ?? '';
    await hear(...wishes);
    await drained(number);
    expect(told(number)).toMatchObject({ doNotCall: true, optOutDate: '2026-01-31T12:00:00Z' });
  });

  it('a number that CXone refuses is failed with the reason, and goes through after retry', async () => {
    const number = '+14155550147';
    cxone.simulator.state.behaviours.set(number, { refuse: { status: 422, message: `not dialable: ${number}` } });
    await hear([number, 'optOut', '2026-01-31T12:00:00Z']);
    await drained(number);
    expect(await dnc('list', '--state', 'failed')).toMatch(/^\+14155550147 .*422: not dialable: \+1415\*+47$/m);
    cxone.simulator.state.behaviours.delete(number);
    expect(await dnc('retry', number)).toContain('pending again');
    await drained(number);
    expect(told(number)).toMatchObject({ doNotCall: true });
    expect(happenings(await dnc('show', number)).map(([what]) => what)).toEqual([
      ...['heard', 'sent', 'refused', 'failed', 'requeued', 'sent', 'confirmed'],
    ]);
    expect(new Set(await keptYears(number))).toEqual(new Set([7])); // what an operator did is kept as long as the rest
  });
});
