import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type RelayProcess, removeDirectory, startRelay } from '../e2e/support/relay-process.ts';
import { send, settled } from '../e2e/support/webhook.ts';
import { realSetting } from './kafka-sinks.ts';
import { readTopic } from './topic-reader.ts';

const EVENTS = 60;
const CONTACTS = 6;
const TOPIC = `local-relay-${Date.now()}`;

let relay: RelayProcess;
let redis: Redis;
beforeAll(async () => {
  redis = new Redis(realSetting('RELAY_TEST_REDIS_URL'));
  await redis.flushall();
  relay = await startRelay({
    environment: {
      KAFKA_BROKERS: realSetting('RELAY_TEST_KAFKA_BROKERS'),
      REDIS_URL: realSetting('RELAY_TEST_REDIS_URL'),
    },
    stage: { routing: { QUEUE_TRANSFER: TOPIC } },
  });
}, 120_000);
afterAll(async () => {
  await relay.kill();
  redis.disconnect();
  removeDirectory(relay.dataDirectory);
});

describe('the local relay on a real Kafka and a real Redis', () => {
  it('routes each event once, in order per contact, and remembers it in Redis', async () => {
    for (let number = 0; number < EVENTS; number++) {
      const event = { actionType: 'QUEUE_TRANSFER', contactId: `contact-${number % CONTACTS}`, number };
      expect(await send(relay, JSON.stringify(event))).toMatchObject({ status: 202 });
    }
    await settled(relay);
    const records = await readTopic(realSetting('RELAY_TEST_KAFKA_BROKERS'), TOPIC);
    const events = records.map(({ value }) => JSON.parse(String(value)) as { contactId: string; number: number });
    expect(events.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: EVENTS }, (_, n) => n),
    );
    for (let contact = 0; contact < CONTACTS; contact++) {
      const numbers = events.filter(({ contactId }) => contactId === `contact-${contact}`).map(({ number }) => number);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
    expect(await redis.keys('{relay:e2e}:bloom:*')).toHaveLength(1);
    expect((await relay.state()).counters).toMatchObject({ routed: EVENTS, duplicates: 0, filterDamaged: 0 });
  }, 120_000);

  it('notices that Redis was flushed', async () => {
    await redis.flushall();
    expect(await send(relay, '{"actionType":"QUEUE_TRANSFER","contactId":"contact-0"}')).toMatchObject({ status: 202 });
    await settled(relay);
    expect((await relay.state()).counters).toMatchObject({ routed: EVENTS + 1, filterDamaged: 1 });
  }, 60_000);

  it('has a router that logs JSON lines alone, whatever kafkajs makes Node warn of', () => {
    const log = readFileSync(join(relay.dataDirectory, 'logs', 'dedup-router.ndjson'), 'utf8');
    expect(log.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([]);
    expect(log).toContain('"message":"event routed"');
  });
});
