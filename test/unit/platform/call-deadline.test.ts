import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCallDeadline } from '../../../lib/platform/call-deadline.ts';
import { systemClock as clock } from '../../../lib/platform/clock.ts';

let silent: Server;
let client: DynamoDBClient;
let requests = 0;
beforeEach(async () => {
  requests = 0;
  silent = createServer(() => {
    requests++; // takes the request and never answers
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});
const get = () => new GetItemCommand({ TableName: 'T', Key: { key: { S: 'k' } } });

describe('a deadline for all calls', () => {
  it('ends a call that nobody answers', async () => {
    const calls = createCallDeadline(clock);
    calls.until(clock.nowMs() + 60_000);
    const call = calls.bind(client).send(get());
    call.catch(() => undefined);
    while (requests === 0) await clock.sleep(5);
    calls.until(clock.nowMs() + 20);
    await expect(call).rejects.toThrow();
    calls.clear();
  });

  it('lets none begin after it, until it is moved on', async () => {
    const calls = createCallDeadline(clock);
    const bound = calls.bind(client);
    calls.until(clock.nowMs() - 1);
    await expect(bound.send(get())).rejects.toThrow();
    expect(requests).toBe(0);
    calls.until(clock.nowMs() + 60_000);
    const call = bound.send(get());
    call.catch(() => undefined);
    while (requests === 0) await clock.sleep(5);
    calls.until(clock.nowMs() - 1);
    await expect(call).rejects.toThrow();
    calls.clear();
  });

  it("leaves a caller's own, shorter time in force", async () => {
    const calls = createCallDeadline(clock);
    calls.until(clock.nowMs() + 60_000);
    await expect(calls.bind(client).send(get(), { abortSignal: AbortSignal.timeout(50) })).rejects.toThrow();
    calls.clear();
  });
});
