import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { generationKey } from '../../lib/dedup/bloom-command.ts';
import { generationEndMs, generationOf } from '../../lib/dedup/generations.ts';
import { createUpstashBloomWindow } from '../../lib/dedup/upstash-bloom-window.ts';
import { bloomWindowContract, CONTRACT_WINDOW_MS, contractGeometry } from '../contract/dedup-bloom-window.contract.ts';

const url = process.env.RELAY_TEST_UPSTASH_URL ?? '';
const token = process.env.RELAY_TEST_UPSTASH_TOKEN ?? '';
const credentials = { get: async () => ({ url, token }), refetch: async () => false };
const geometry = contractGeometry();
const windowMs = CONTRACT_WINDOW_MS;
const stages: string[] = [];

const windowOf = (stage: string, keyLocking = false) =>
  createUpstashBloomWindow({ stage, geometry, windowMs, credentials, budgetMs: 5000, keyLocking });

function newStage(): string {
  const stage = `test-${randomUUID()}`;
  stages.push(stage);
  return stage;
}

async function redis(...command: (string | number)[]): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(command) });
  const { result } = (await reply.json()) as { result?: unknown };
  return result;
}

const nowMs = Date.now();
const today = generationOf(nowMs);
const keyOf = (stage: string, generation = today) => generationKey({ stage, geometry, windowMs }, generation);
const ask = (stage: string, ledgerKey: string, offeredStamp = 'a'.repeat(16), seen = new Map()) =>
  windowOf(stage).check({ events: [{ ledgerKey, receivedAtMs: nowMs }], offeredStamp, seen });

describe('Bloom window on Redis, through the REST form', () => {
  afterAll(async () => {
    for (const stage of stages) for (let n = today - 9; n <= today + 9; n++) await redis('DEL', keyOf(stage, n));
  });

  bloomWindowContract(async () => windowOf(newStage()));

  it('gives every generation its end, six days from its start', async () => {
    const stage = newStage();
    await ask(stage, 'x');
    expect(await redis('PEXPIRETIME', keyOf(stage))).toBe(generationEndMs(today, windowMs));
    expect(generationEndMs(today, windowMs)).toBe((today + 6) * 86_400_000);
  });

  it('stores the header and the bitmap, no more', async () => {
    const stage = newStage();
    await ask(stage, 'x');
    expect(await redis('GETRANGE', keyOf(stage), 0, 31)).toBe(`${'a'.repeat(16)}${'1'.padStart(16, '0')}`);
    expect(await redis('STRLEN', keyOf(stage))).toBe(32 + Math.ceil(geometry.bits / 8));
    expect(await redis('BITCOUNT', keyOf(stage), 32, -1)).toBe(geometry.hashes);
  });

  it('sends the script again when the server has forgotten it', async () => {
    const stage = newStage();
    await ask(stage, 'x');
    await redis('SCRIPT', 'FLUSH');
    expect((await ask(stage, 'x')).maybe).toEqual([true]);
  });

  it('shows a rollback to an older copy by a new stamp', async () => {
    const stage = newStage();
    const first = await ask(stage, 'x');
    await redis('COPY', keyOf(stage), keyOf(stage, today + 9));
    const second = await ask(stage, 'y');
    await redis('COPY', keyOf(stage, today + 9), keyOf(stage), 'REPLACE');
    const third = await ask(stage, 'z', 'b'.repeat(16), new Map(second.generations));
    expect(first.generations.get(today)?.stamp).toBe('a'.repeat(16));
    expect(third.generations.get(today)).toEqual({ stamp: 'b'.repeat(16), adds: 2 });
  });

  it('takes a key with a foreign value for a missing generation, and one of a foreign type for no answer', async () => {
    const stage = newStage();
    await redis('SET', keyOf(stage), 'something else, of the length of a header or more');
    expect((await ask(stage, 'x')).generations.get(today)).toEqual({ stamp: 'a'.repeat(16), adds: 1 });
    const other = newStage();
    await redis('RPUSH', keyOf(other), 'x');
    await expect(ask(other, 'x')).rejects.toMatchObject({ code: 'redis-unavailable', retryable: true });
  });

  it('cannot use the key locking flag on plain Redis, which is why it is off but for Upstash hosts', async () => {
    const request = {
      events: [{ ledgerKey: 'x', receivedAtMs: nowMs }],
      offeredStamp: 'a'.repeat(16),
      seen: new Map(),
    };
    await expect(windowOf(newStage(), true).check(request)).rejects.toThrow(/flag/i);
  });
});
