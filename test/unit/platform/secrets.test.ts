import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cachedSecret } from '../../../lib/platform/secrets.ts';
import { fakeClock } from '../../support/clock.ts';

/** A Secrets Manager that knows one secret, and can be away. */
let stored: { text: string | undefined; away: boolean; reads: number };
let server: ReturnType<typeof createServer>;
let client: SecretsManagerClient;
let clock: ReturnType<typeof fakeClock>;
let stale: unknown[];

beforeEach(async () => {
  stored = { text: '{"value":"one"}', away: false, reads: 0 };
  stale = [];
  clock = fakeClock();
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      stored.reads += 1;
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (stored.away) response.writeHead(500).end('{"__type":"InternalServiceError"}');
      else response.end(JSON.stringify({ Name: 'relay', SecretString: stored.text }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const secret = () =>
  cachedSecret({
    client,
    name: 'relay',
    parse: (json) => (json as { value: string }).value,
    clock,
    onStale: (error) => stale.push(error),
  });

describe('a cached secret', () => {
  it('is read once in five minutes, also by many at once', async () => {
    const one = secret();
    expect(await Promise.all([one.get(), one.get(), one.get()])).toEqual(['one', 'one', 'one']);
    clock.advance(299_999);
    await one.get();
    expect(stored.reads).toBe(1);
    stored.text = '{"value":"two"}';
    clock.advance(1);
    expect(await one.get()).toBe('two');
    expect(stored.reads).toBe(2);
  });

  it('serves the old value while Secrets Manager is away, says so, and does not ask at every call', async () => {
    const one = secret();
    await one.get();
    stored.away = true;
    clock.advance(300_000);
    expect(await one.get()).toBe('one');
    expect(await one.get()).toBe('one');
    expect(stale).toHaveLength(1);
    expect(stored.reads).toBe(2);
  });

  it('cannot be had for the first time while Secrets Manager is away', async () => {
    stored.away = true;
    await expect(secret().get()).rejects.toMatchObject({ code: 'secret-unavailable', retryable: true });
  });

  it('is fetched anew after a mismatch, at most once in 30 seconds', async () => {
    const one = secret();
    await one.get();
    stored.text = '{"value":"two"}';
    expect(await one.refetch()).toBe(false);
    clock.advance(30_000);
    expect(await Promise.all([one.refetch(), one.refetch()])).toEqual([true, true]);
    expect(await one.get()).toBe('two');
    expect(stored.reads).toBe(2);
    clock.advance(30_000);
    expect(await one.refetch()).toBe(false); // read again, and the same
    expect(stored.reads).toBe(3);
  });

  it.each([
    ['not JSON: hidden-value', 'not JSON'],
    [undefined, 'no SecretString'],
  ])('is refused when it is %j, and not quoted', async (text, reason) => {
    stored.text = text;
    const fault = await secret()
      .get()
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'config', message: expect.stringContaining(reason) });
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('hidden-value');
  });
});
