import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../local/embedded/loopback-server.ts';
import { eventually } from './support/eventually.ts';
import { garbageRequests, rawRequest } from './support/garbage.ts';
import {
  type RelayProcess,
  removeDirectory,
  runToEnd,
  startRelay,
  temporaryDirectory,
} from './support/relay-process.ts';
import { send, settled } from './support/webhook.ts';

describe('the start', () => {
  const directory = temporaryDirectory();
  afterAll(() => removeDirectory(directory));

  it('ends with 1 and says so when the port is taken', async () => {
    const taken = await listenOnLoopback(createServer());
    const PORT = new URL(taken.url).port;
    const { code, output } = await runToEnd({ PORT, RELAY_DATA_DIR: directory });
    await taken.close();
    expect({ code, output }).toEqual({ code: 1, output: `PORT: ${PORT} is in use; stop what uses it or set PORT` });
  }, 60_000);

  it('ends with 1 and every fault of the stage file', async () => {
    const stageFile = join(directory, 'wrong.json');
    writeFileSync(stageFile, '{"dedup": {"windowHours": 0}, "colour": "red"}');
    const { code, output } = await runToEnd({ PORT: '0', RELAY_DATA_DIR: directory, RELAY_STAGE_FILE: stageFile });
    expect(code).toBe(1);
    expect(output).toMatch(/^stage file "wrong": 2 faults\n {2}.*dedup\.windowHours: .*\n/);
    expect(output).toContain('colour: no such setting');
    expect(output).not.toContain('    at '); // no stack trace
  }, 60_000);

  it('of the demonstration ends with 1 and says why when the stage takes no such event', async () => {
    const stageFile = join(directory, 'other.json');
    writeFileSync(stageFile, '{"routing": {"QUEUE_TRANSFER": "transfers"}}');
    const environment = { PORT: '0', RELAY_DATA_DIR: directory, RELAY_STAGE_FILE: stageFile };
    const { code, output } = await runToEnd(environment, ['--demo']);
    expect(code).toBe(1);
    expect(output).toMatch(
      /^RELAY_STAGE_FILE: .* 400: Event type is not routed; .*; actionType must be one of QUEUE_/m,
    );
    expect(output).not.toContain('    at ');
  }, 60_000);
});

const linesOf = (relay: RelayProcess) =>
  relay
    .output()
    .split('\n')
    .filter((line) => /^\d\. /.test(line));

/** Waits for it: what becomes of an event and its repeats. */
async function expectDemonstration(relay: RelayProcess): Promise<void> {
  await eventually(() => linesOf(relay).length === 4, relay.output, 30_000);
  const lines = linesOf(relay);
  const [, id = 'none'] = /^1\. an event +202 (\S{22}) routed/.exec(lines[0] ?? '') ?? [];
  expect(lines).toEqual([
    expect.stringContaining(id),
    expect.stringMatching(new RegExp(`^2\\..* 202 ${id} dropped: the queue`)),
    expect.stringMatching(new RegExp(`^3\\..* ${id} dropped: the window .* 72 hours$`)),
    expect.stringMatching(/^4\..* 401 +refused/),
  ]);
  expect(relay.topic('cxone.interactions.raw').map(({ headers }) => headers.ce_id)).toEqual([id]);
}

/** SIGTERM just after 40 events were accepted: all of them are in their topic when the relay has ended, in time. */
async function expectAllRoutedAtTheEnd(relay: RelayProcess): Promise<void> {
  const sent = Array.from({ length: 40 }, (_, number) =>
    send(relay, JSON.stringify({ actionType: 'QUEUE_TRANSFER', contactId: `last-${number % 8}`, number })),
  );
  const accepted = (await Promise.all(sent)).map(({ json }) => json.eventId);
  const { code, tookMs } = await relay.stop();
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(10_000);
  const ids = new Set(relay.topic('cxone.transfers.raw').map(({ headers }) => headers.ce_id));
  expect(accepted.filter((id) => !ids.has(String(id)))).toEqual([]);
}

describe('a relay whose queue is worked every minute', () => {
  let relay: RelayProcess;
  beforeAll(async () => {
    const stage = { routerRuns: 'every-minute', routerConcurrency: 2 };
    relay = await startRelay({ stage, args: ['--demo'] });
  }, 120_000);
  afterAll(async () => {
    await relay?.kill(); // undefined where the start failed
    if (relay) removeDirectory(relay.dataDirectory);
  });

  it('waits for no minute in its demonstration', () => expectDemonstration(relay), 60_000);

  it('leaves no accepted event behind at its end', async () => {
    await relay.invoke('dedup-router'); // ends after the runs that the demonstration has begun
    await expectAllRoutedAtTheEnd(relay);
  }, 60_000);
});

describe('the start command', () => {
  it('tells its options for one that it does not have, and starts nothing', async () => {
    const { code, output } = await runToEnd({}, ['--halp']);
    expect(code).toBe(64);
    expect(output).toMatch(/^npm start \[-- --demo\]/);
  }, 60_000);
});

describe('a relay among strangers', () => {
  let relay: RelayProcess;
  beforeAll(async () => {
    relay = await startRelay({ args: ['--demo'] });
  }, 120_000);
  afterAll(async () => {
    await relay?.kill(); // undefined where the start failed
    if (relay) removeDirectory(relay.dataDirectory);
  });

  it('shows in its demonstration what becomes of an event and its repeats', () => expectDemonstration(relay), 60_000);

  it('goes on with new sandboxes when those of a function are killed', async () => {
    const answer = await fetch(`${relay.url}/_local/kill/webhook-receiver`, { method: 'POST' });
    expect(((await answer.json()) as { killed: number }).killed).toBeGreaterThan(0);
    const unknown = await fetch(`${relay.url}/_local/kill/nobody`, { method: 'POST' });
    expect(unknown.status).toBe(404);
    expect(await send(relay, '{"actionType":"QUEUE_TRANSFER","contactId":"killed"}')).toMatchObject({ status: 202 });
    await settled(relay);
  }, 60_000);

  it('answers 500 garbage requests with a refusal each, queues none of them and goes on', async () => {
    const before = (await relay.state()).counters;
    const statuses: number[] = [];
    for (const request of garbageRequests(500)) statuses.push(await rawRequest(relay.url, request));
    expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([]);
    expect(new Set(statuses).size).toBeGreaterThan(3);
    const { counters, queues } = await relay.state();
    expect(counters.accepted).toBe(before.accepted);
    expect(queues.events).toEqual({ visible: 0, inFlight: 0 });
    expect(await send(relay, '{"actionType":"QUEUE_TRANSFER","contactId":"after"}')).toMatchObject({ status: 202 });
    await settled(relay);
  }, 120_000);

  it(
    'ends with 0 within 10 s of SIGTERM, with everything routed that it had accepted',
    () => expectAllRoutedAtTheEnd(relay),
    60_000,
  );
});
