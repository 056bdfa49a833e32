import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BLOOM_SCRIPT } from '../../../lib/dedup/bloom-script.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../../local/embedded/redis/server.ts';

let redis: EmbeddedRedis;
beforeAll(async () => {
  redis = await startEmbeddedRedis();
});
afterAll(() => redis.close());
beforeEach(() => {
  redis.disturb(undefined);
  redis.command('FLUSHALL');
  redis.command('SCRIPT', 'FLUSH');
});

const post = async (body: unknown, path = '/', token = redis.token) => {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(redis.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, json: (await response.json()) as unknown };
};

describe('the REST form', () => {
  it('answers a command with its result', async () => {
    expect(await post(['SET', 'k', 'grüße'])).toEqual({ status: 200, json: { result: 'OK' } });
    expect(await post(['get', 'k'])).toEqual({ status: 200, json: { result: 'grüße' } });
    expect(await post(['GET', 'absent'])).toEqual({ status: 200, json: { result: null } });
  });

  it('answers what Redis refuses with 400 and the error', async () => {
    expect(await post(['NOPE'])).toEqual({ status: 400, json: { error: "ERR unknown command 'NOPE'" } });
    expect(await post({})).toMatchObject({ status: 400 });
  });

  it('keeps the fate of each command of a pipeline apart', async () => {
    const { json } = await post(
      [
        ['SET', 'a', 1],
        ['GETBIT', 'a', 'x'],
        ['GET', 'a'],
      ],
      '/pipeline',
    );
    expect(json).toEqual([
      { result: 'OK' },
      { error: 'ERR bit offset is not an integer or out of range' },
      { result: '1' },
    ]);
  });

  it('refuses a wrong token', async () => {
    expect(await post(['PING'], '/', 'wrong')).toEqual({ status: 401, json: { error: 'Unauthorized' } });
  });
});

describe('bitmaps and expiry', () => {
  it('numbers bits as Redis does, most significant first', () => {
    redis.command('SETBIT', 'b', '0', '1');
    redis.command('BITFIELD', 'b', 'SET', 'u1', '7', '1', 'SET', 'u8', '8', '255');
    expect(redis.command('GETRANGE', 'b', '0', '-1')).toEqual(Buffer.from([0x81, 0xff]));
    expect(redis.command('BITFIELD', 'b', 'GET', 'u1', '7', 'GET', 'u8', '#1')).toEqual([1, 255]);
    expect(redis.command('GETBIT', 'b', '5000')).toBe(0);
  });

  it('pads with zero bytes', () => {
    expect(redis.command('SETRANGE', 's', '3', 'x')).toBe(4);
    expect(redis.command('GET', 's')).toEqual(Buffer.from([0, 0, 0, 0x78]));
  });

  it('forgets a key whose time has passed', () => {
    redis.command('SET', 'k', 'v');
    expect(redis.command('PEXPIREAT', 'k', String(Date.now() - 1))).toBe(1);
    expect(redis.command('EXISTS', 'k')).toBe(0);
    expect(redis.command('PTTL', 'k')).toBe(-2);
  });
});

describe('scripts', () => {
  it('are known by their digest once evaluated, and forgotten after SCRIPT FLUSH', async () => {
    const sha = String(redis.command('SCRIPT', 'LOAD', 'return ARGV[1]'));
    expect(await post(['EVALSHA', sha, 0, 'x'])).toMatchObject({ json: { result: 'x' } });
    redis.command('SCRIPT', 'FLUSH');
    expect(await post(['EVALSHA', sha, 0, 'x'])).toEqual({
      status: 400,
      json: { error: 'NOSCRIPT No matching script. Please use EVAL.' },
    });
  });

  it('see binary values whole and give every kind of reply', async () => {
    const script = `redis.call('SETRANGE', KEYS[1], 0, '\\255\\0a')
      return { #redis.call('GET', KEYS[1]), redis.call('GETBIT', KEYS[1], 0), 3.7, redis.call('GET', 'none'), {}, redis.call('SET', 'x', 'y') }`;
    expect(await post(['EVAL', script, 1, 'bin'])).toMatchObject({ json: { result: [3, 1, 3, null, [], 'OK'] } });
    expect(redis.command('GET', 'bin')).toEqual(Buffer.from([255, 0, 97]));
  });

  it('stop at an error of a call and answer it', async () => {
    const script = "redis.call('SETBIT', KEYS[1], -1, 1) redis.call('SET', 'after', 'x')";
    expect(await post(['EVAL', script, 1, 'k'])).toMatchObject({ status: 400 });
    expect(redis.command('EXISTS', 'after')).toBe(0);
  });

  it("run the window's own script: new once, maybe afterwards", async () => {
    const end = String(Date.now() + 60_000);
    const event = '010000000100000002';
    const call = ['EVAL', BLOOM_SCRIPT, 1, 'g', '00112233445566ff', 1000, 7, 3, event, end, '-', 0];
    expect(await post(call)).toMatchObject({ json: { result: ['0', '00112233445566ff', '1'] } });
    expect(await post(call)).toMatchObject({ json: { result: ['1', '00112233445566ff', '1'] } });
    expect(Number(redis.command('PTTL', 'g'))).toBeGreaterThan(50_000);
  });
});

describe('disturbed', () => {
  it('cuts connections, answers late, answers garbage, refuses writes', async () => {
    redis.disturb({ kind: 'away' });
    await expect(post(['PING'])).rejects.toThrow();
    redis.disturb({ kind: 'garbage' });
    await expect(post(['PING'])).rejects.toThrow(/JSON/);
    redis.disturb({ kind: 'read-only' });
    expect(await post(['SET', 'k', 'v'])).toMatchObject({
      status: 400,
      json: { error: expect.stringMatching(/^READONLY/) },
    });
    redis.disturb({ kind: 'slow', byMs: 50 });
    const startedAt = performance.now();
    await post(['PING']);
    expect(performance.now() - startedAt).toBeGreaterThan(45);
  });

  it('puts an older snapshot back', () => {
    redis.command('SET', 'k', 'old');
    const restore = redis.snapshot();
    redis.command('SET', 'k', 'new');
    redis.command('SET', 'other', 'x');
    restore();
    expect([String(redis.command('GET', 'k')), redis.command('EXISTS', 'other')]).toEqual(['old', 0]);
  });
});
