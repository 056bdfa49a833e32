import { createHash } from 'node:crypto';
import { Redis } from '@upstash/redis';
import { messageOf, UnavailableError } from '../platform/errors.ts';
import { within } from '../platform/within.ts';
import { type BloomCommand, type BloomKeys, bloomCommand, parseBloomReply } from './bloom-command.ts';
import { BLOOM_SCRIPT } from './bloom-script.ts';
import type { BloomWindow } from './bloom-window.ts';
import { createUpstashRest, type UpstashCredentials } from './upstash-rest.ts';

export type { UpstashCredentials } from './upstash-rest.ts';

export interface UpstashBloomWindowSettings extends BloomKeys {
  /** A cached secret; asked at every call, and told when the server has refused it. */
  credentials: { get(): Promise<UpstashCredentials>; refetch(): Promise<boolean> };
  /** Of one check, a second request after NOSCRIPT included; beside it `CREDENTIALS_MS` where they have to be fetched. */
  budgetMs?: number;
  /**
   * Whether the script asks Upstash to lock only this stage's keys instead of the whole database. Default: only where the
   * host is Upstash's, because plain Redis refuses a script with that flag.
   */
  keyLocking?: boolean;
}

const DEFAULT_BUDGET_MS = 250;
/** Longest wait for the credentials, before a check and after a refusal: a first fetch takes some 100 ms. */
const CREDENTIALS_MS = 1000;
const withinLimit = <T>(work: Promise<T>): Promise<T> =>
  within(CREDENTIALS_MS, work, () => new Error(`its credentials did not come within ${CREDENTIALS_MS} ms`));
const KEY_LOCKING = '#!lua flags=allow-key-locking\n';

/** The Bloom window on Upstash Redis: one script, one HTTP round trip, no retries. Rejects with UnavailableError. */
export function createUpstashBloomWindow(settings: UpstashBloomWindowSettings): BloomWindow {
  const { credentials, geometry, budgetMs = DEFAULT_BUDGET_MS } = settings;
  let connected: { to: UpstashCredentials; runner: ScriptRunner } | undefined;

  const connect = async (): Promise<ScriptRunner> => {
    const to = await withinLimit(credentials.get());
    if (!connected || connected.to.url !== to.url || connected.to.token !== to.token)
      connected = { to, runner: scriptRunner(to, settings.keyLocking ?? isUpstashHost(to.url)) };
    return connected.runner;
  };

  return {
    capacity: geometry.capacity,
    async check(request) {
      try {
        const command = bloomCommand(settings, request);
        const run = await connect();
        const reply = await run(command, AbortSignal.timeout(budgetMs));
        return parseBloomReply(reply, command.generations, request.events.length);
      } catch (cause) {
        const message = messageOf(cause);
        if (/unauthorized|wrongpass|noauth/i.test(message))
          await withinLimit(credentials.refetch()).catch(() => undefined); // Redis' refusal is what to report
        throw new UnavailableError('redis-unavailable', `no usable answer from Redis: ${message.slice(0, 200)}`);
      }
    },
  };
}

type ScriptRunner = (command: BloomCommand, signal: AbortSignal) => Promise<unknown>;

/** EVALSHA, and EVAL where the server does not know the script yet (first use, restart, SCRIPT FLUSH). */
function scriptRunner(credentials: UpstashCredentials, keyLocking: boolean): ScriptRunner {
  const script = keyLocking ? KEY_LOCKING + BLOOM_SCRIPT : BLOOM_SCRIPT;
  const sha1 = createHash('sha1').update(script).digest('hex');
  const command = createUpstashRest(credentials);
  let nextSignal = AbortSignal.abort(); // of the command that is begun next: the client passes none on
  const redis = new RawRedis((input) => command(input, nextSignal));
  return async ({ keys, args }, signal) => {
    nextSignal = signal;
    try {
      return await redis.evalsha(sha1, keys, args);
    } catch (error) {
      if (!messageOf(error).includes('NOSCRIPT')) throw error;
    }
    nextSignal = signal;
    return redis.eval(script, keys, args);
  };
}

/** The client without its retries, and with replies as they came: it would read a stamp of digits as a number. */
class RawRedis extends Redis {
  constructor(command: (input: string[]) => Promise<unknown>) {
    super({ request: async ({ body }) => ({ result: (await command((body as unknown[]).map(String))) as never }) });
    this.opts = { automaticDeserialization: false };
  }
}

const isUpstashHost = (url: string): boolean => URL.canParse(url) && new URL(url).hostname.endsWith('.upstash.io');
