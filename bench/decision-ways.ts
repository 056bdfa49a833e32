import { createHash, randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Redis } from 'ioredis';
import { type BloomKeys, bloomCommand, parseBloomReply } from '../lib/dedup/bloom-command.ts';
import { bitsOf, bloomHashes } from '../lib/dedup/bloom-hashes.ts';
import { BLOOM_SCRIPT } from '../lib/dedup/bloom-script.ts';
import type { DedupEvent } from '../lib/dedup/types.ts';
import { createUpstashRest } from '../lib/dedup/upstash-rest.ts';

/** Decides about that many new events, over one connection. */
export type Way = (events: number) => Promise<void>;
export type RedisCommand = (...command: string[]) => Promise<unknown>;

const BATCH = 10;
const DAY_SECONDS = 86_400;

const newEvent = (): DedupEvent => {
  const id = randomBytes(16).toString('base64url');
  return { id, ledgerKey: `contact-action#${id}`, groupId: id, receivedAtMs: Date.now() };
};

export const inBatches =
  (decide: (events: readonly DedupEvent[]) => Promise<void>): Way =>
  async (events) => {
    for (let done = 0; done < events; done += BATCH) await decide(Array.from({ length: BATCH }, newEvent));
  };

export const newStamp = (): string => randomBytes(8).toString('hex');

/** The relay's script over any transport. */
export async function scriptWay(keys: BloomKeys, command: RedisCommand): Promise<Way> {
  const sha1 = createHash('sha1').update(BLOOM_SCRIPT).digest('hex');
  await command('SCRIPT', 'LOAD', BLOOM_SCRIPT);
  return inBatches(async (events) => {
    const request = { events, offeredStamp: newStamp(), seen: new Map() };
    const { keys: names, args, generations } = bloomCommand(keys, request);
    parseBloomReply(await command('EVALSHA', sha1, String(names.length), ...names, ...args), generations, BATCH);
  });
}

/**
 * One event after the other: look up, add, expire. Redis without a Bloom module takes all bits of an event in one BITFIELD,
 * so that there are as many round trips as with BF.EXISTS and BF.ADD, and no more work for the server.
 */
export function sourcesWay({ geometry }: BloomKeys, command: RedisCommand): Way {
  const key = `sources:${newStamp()}`;
  return async (events) => {
    for (let done = 0; done < events; done++) {
      const bits = bitsOf(bloomHashes(newEvent().ledgerKey), geometry);
      const found = await command('BITFIELD', key, ...bits.flatMap((bit) => ['GET', 'u1', String(bit)]));
      if (Array.isArray(found) && found.every((bit) => bit === 1)) continue;
      await command('BITFIELD', key, ...bits.flatMap((bit) => ['SET', 'u1', String(bit), '1']));
      await command('EXPIRE', key, String(3 * DAY_SECONDS));
    }
  };
}

/** How Powertools' idempotency and the like remember: one conditional put an event. */
export function putWay(dynamo: DynamoDBClient, table: string): Way {
  return async (events) => {
    for (let done = 0; done < events; done++) {
      const { ledgerKey, receivedAtMs } = newEvent();
      const expiresAt = { N: String(Math.floor(receivedAtMs / 1000) + 3 * DAY_SECONDS) };
      const command = new PutItemCommand({
        TableName: table,
        Item: { key: { S: ledgerKey }, expiresAt },
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': 'key' },
      });
      await dynamo.send(command);
    }
  };
}

export const overTcp =
  (redis: Redis): RedisCommand =>
  (name = '', ...args) =>
    redis.call(name, ...args);

/** Upstash's REST form by the relay's own client. */
export function overRest(url: string, token: string): RedisCommand {
  const run = createUpstashRest({ url, token });
  const noEnd = new AbortController().signal;
  return (...command) => run(command, noEnd);
}

export function oneConnectionDynamo(port: number): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: 1 }) },
  });
}
