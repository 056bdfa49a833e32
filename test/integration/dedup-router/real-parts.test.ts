import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RouterDeps } from '../../../functions/dedup-router/deps.ts';
import { createHandler } from '../../../functions/dedup-router/handler.ts';
import { createDeduplicator } from '../../../lib/dedup/deduplicator.ts';
import { createDynamoFilterRecord } from '../../../lib/dedup/dynamo-filter-record.ts';
import { createDynamoLedger } from '../../../lib/dedup/dynamo-ledger.ts';
import { bloomGeometry } from '../../../lib/dedup/geometry.ts';
import { createUpstashBloomWindow } from '../../../lib/dedup/upstash-bloom-window.ts';
import { createDncHistory } from '../../../lib/dnc/history.ts';
import { createDncQueue } from '../../../lib/dnc/queue.ts';
import type { Envelope } from '../../../lib/events/envelope.ts';
import { createCallDeadline } from '../../../lib/platform/call-deadline.ts';
import { systemClock as clock } from '../../../lib/platform/clock.ts';
import { createDeadLetters } from '../../../lib/platform/dead-letters.ts';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { createVisibility } from '../../../lib/platform/visibility.ts';
import { createInteractionStates } from '../../../lib/routing/interaction-state.ts';
import type { TopicSink } from '../../../lib/routing/sink.ts';
import { createTopicLogSink } from '../../../lib/routing/topic-log.ts';
import { parseStage } from '../../../lib/stage/parse.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../../local/embedded/redis/server.ts';
import { startEventSource } from '../../../local/event-source.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { recordingLog } from '../../support/log.ts';
import { contactAction, dncWish, interactionUpdate, queued } from '../../support/queued-events.ts';
import { type LocalSqs, startSqs } from '../../support/sqs.ts';

const RAW = 'cxone.interactions.raw';
const WINDOW_MS = 72 * 3_600_000;
const stage = parseStage('test', { retry: { firstDelaySeconds: 1, maxDelaySeconds: 1 } });

let dynamo: LocalDynamo;
let localSqs: LocalSqs;
let redis: EmbeddedRedis;
let sqs: SQSClient;
let dir: string;
let eventsUrl: string;
let deadLetterUrl: string;

beforeEach(async () => {
  dynamo = await startDynamo();
  await createTables(dynamo.client, 'Ledger', 'InteractionState', 'DncQueue', 'DncHistory');
  localSqs = await startSqs();
  sqs = localSqs.client;
  redis = await startEmbeddedRedis();
  eventsUrl = (await localSqs.createQueue('events')).url;
  deadLetterUrl = (await localSqs.createQueue('events-dlq')).url;
  dir = await mkdtemp(join(tmpdir(), 'relay-router-'));
});
afterEach(async () => {
  await Promise.all([dynamo.stop(), localSqs.stop(), redis.close(), rm(dir, { recursive: true })]);
});

function realRouter(sink: TopicSink) {
  const calls = createCallDeadline(clock);
  const bound = { dynamo: calls.bind(dynamo.client), sqs: calls.bind(sqs) };
  const log = recordingLog();
  const credentials = { get: async () => ({ url: redis.url, token: redis.token }), refetch: async () => false };
  const geometry = bloomGeometry({ eventsPerDay: 10_000, falsePositiveRate: 0.001 });
  const table = 'Ledger';
  const deps: RouterDeps = {
    deduplicator: createDeduplicator({
      bloom: createUpstashBloomWindow({ stage: 'test', geometry, windowMs: WINDOW_MS, credentials, budgetMs: 5000 }),
      record: createDynamoFilterRecord({ dynamo: bound.dynamo, table }),
      ledger: createDynamoLedger({ dynamo: bound.dynamo, table, clock, windowMs: WINDOW_MS, onWriteFault: () => {} }),
      clock,
      windowMs: WINDOW_MS,
      onFault: (store, error) => log.error(`${store} failed`, { error }),
    }),
    sink,
    avroValues: undefined,
    dncQueue: createDncQueue({
      dynamo: bound.dynamo,
      table: 'DncQueue',
      history: createDncHistory({ dynamo: bound.dynamo, table: 'DncHistory', historyYears: 5, clock }),
    }),
    interactionStates: createInteractionStates({ dynamo: bound.dynamo, table: 'InteractionState' }),
    deadLetters: createDeadLetters({ sqs: bound.sqs, queueUrl: deadLetterUrl }),
    visibility: createVisibility({ sqs: bound.sqs, queueUrl: eventsUrl }),
    calls,
    clock,
    log,
    metrics: { add: () => {}, flush: () => {} },
    settings: {
      routing: stage.routing,
      strategies: stage.dedup.strategies,
      interactionStateTopic: 'cxone.interactions.state',
      retry: stage.retry,
    },
  };
  return { handler: createHandler(deps), log };
}

async function send(envelope: Envelope, body?: string) {
  const { attributes, body: encoded, messageId } = queued(envelope);
  const ids = { MessageGroupId: attributes.MessageGroupId, MessageDeduplicationId: messageId };
  await sqs.send(new SendMessageCommand({ QueueUrl: eventsUrl, MessageBody: body ?? encoded, ...ids }));
}

/** Runs the router over the queue until `count` records have an outcome other than retry. */
async function drain({ handler, log }: ReturnType<typeof realRouter>, count: number) {
  const source = startEventSource({
    sqs,
    queueUrl: eventsUrl,
    queueArn: 'arn:aws:sqs:us-east-1:000000000000:events.fifo',
    batchSize: 10,
    pollers: 2,
    invoke: (event) => handler(event, { getRemainingTimeInMillis: () => 60_000 }),
    onTrouble: (message) => log.error(message),
  });
  const isDone = () => log.lines.filter(({ outcome }) => outcome !== undefined && outcome !== 'retry').length >= count;
  while (!isDone()) await clock.sleep(20);
  await source.stop();
}

async function linesOf(topic: string): Promise<{ headers: Record<string, string>; value: string }[]> {
  const text = await readFile(join(dir, `${topic}.ndjson`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the router on SQS, Redis, DynamoDB and the topic log', () => {
  it('routes each event once and in order while the topic fails now and then', async () => {
    const log = createTopicLogSink({ dir });
    let sends = 0;
    const flaky: TopicSink = {
      ...log,
      async send(topic, records, deadlineMs) {
        if (++sends % 4 === 0) throw new UnavailableError('kafka-unavailable', 'now and then');
        await log.send(topic, records, deadlineMs);
      },
    };
    const startMs = Date.now();
    const sent: string[] = [];
    for (let i = 0; i < 60; i++) {
      const event = contactAction(`c${i % 12}`, `e${i}`, startMs + i);
      sent.push(event.eventId);
      await send(event);
      if (i % 5 === 0) await send(event);
    }
    const router = realRouter(flaky);
    await drain(router, 72);
    const lines = await linesOf(RAW);
    expect(router.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(lines.map(({ headers }) => headers.ce_id).sort()).toEqual(sent.toSorted());
    const byContact = Map.groupBy(
      lines.map(({ value }) => JSON.parse(value)),
      ({ contactId }) => contactId,
    );
    for (const [contact, events] of byContact) {
      const expected = [0, 1, 2, 3, 4].map((round) => `e${Number(contact.slice(1)) + 12 * round}`);
      expect(events.map(({ content }) => content)).toEqual(expected);
    }
  });

  it('writes DNC wishes and interaction states, and parks poison with its reason', async () => {
    const nowMs = Date.now();
    await send(dncWish('+14155550100', 'optOut', new Date(nowMs - 1000).toISOString(), nowMs));
    await send(interactionUpdate('i1', '2026-01-31T12:00:01Z', nowMs));
    await send(interactionUpdate('i1', '2026-01-31T12:00:03Z', nowMs + 1));
    await send(interactionUpdate('i1', '2026-01-31T12:00:02Z', nowMs + 2));
    await send(contactAction('c1', 'x', nowMs), 'no envelope');
    await send(contactAction('c1', 'y', nowMs));
    await drain(realRouter(createTopicLogSink({ dir })), 6);

    const itemOf = async (TableName: string, Key: Record<string, { S: string }>) =>
      (await dynamo.client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
    expect(await itemOf('DncQueue', { phoneNumber: { S: '+14155550100' } })).toMatchObject({
      preference: { S: 'optOut' },
      state: { S: 'pending' },
    });
    expect(await itemOf('InteractionState', { interactionId: { S: 'i1' } })).toMatchObject({
      updatedTimestamp: { S: '2026-01-31T12:00:03Z' },
      body: { S: expect.stringContaining('"interactionId":"i1"') },
      expiresAt: { N: String(Math.floor((nowMs + 1) / 1000) + 30 * 86_400) },
    });
    expect(await linesOf('cxone.data-actions.updated')).toHaveLength(1);
    expect(await linesOf('cxone.interactions.state')).toHaveLength(2);
    expect((await linesOf(RAW)).map(({ value }) => JSON.parse(value).content)).toEqual(['y']);
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: deadLetterUrl, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 }),
    );
    expect(Messages).toHaveLength(1);
    expect(Messages[0]).toMatchObject({
      Body: 'no envelope',
      MessageAttributes: {
        reason: { StringValue: 'envelope-unreadable' },
        detail: { StringValue: 'the queued message is not JSON' },
        parkedAt: { StringValue: expect.stringMatching(/^\d{4}-.*Z$/) },
        sourceMessageId: { StringValue: expect.any(String) },
      },
    });
  });
});
