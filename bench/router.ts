import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createHandler } from '../functions/dedup-router/handler.ts';
import { createTopicLogSink } from '../lib/routing/topic-log.ts';
import { parseStage } from '../lib/stage/parse.ts';
import { startBridge } from '../test/real/services/bridge.ts';
import { startRedis } from '../test/real/services/redis.ts';
import { BATCH, batchedQueue } from './batched-queue.ts';
import { withOutputDiscarded } from './discarded-output.ts';
import { LOCAL_CLIENT, startEmulators } from './emulators.ts';
import { pairAsync } from './paired.ts';
import { printFigures } from './report.ts';
import { routerDeps } from './router-deps.ts';
import { withServices } from './services.ts';

const ROUNDS = 9;
const BATCHES = 30;
const TOPIC = 'cxone.interactions.raw';
const stage = parseStage('bench', {});

/** The router's handler on its parts, against a consumer that copies each message to the topic and knows nothing else. */
export const benchRouter = (): Promise<void> =>
  withServices(async ({ kept, atEnd }) => {
    const redis = await kept(startRedis());
    const bridge = await kept(startBridge(redis.url));
    const emulators = await kept(startEmulators());
    const dir = mkdtempSync(join(tmpdir(), 'relay-bench-'));
    atEnd(() => rmSync(dir, { recursive: true }));
    const sink = createTopicLogSink({ dir });
    const router = createHandler(routerDeps({ stage, emulators, redis: bridge, sink }));
    const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: emulators.sqsUrl });
    atEnd(() => sqs.destroy());
    const queue = batchedQueue(sqs, emulators.eventsUrl);

    const relay = () =>
      queue.work(async (event) => {
        const { batchItemFailures } = await router(event, { getRemainingTimeInMillis: () => 60_000 });
        if (batchItemFailures.length > 0) throw new Error('every event must be routed');
      });
    const copy = () =>
      queue.work(async ({ Records }) => {
        const records = Records.map(({ body, attributes }) => {
          const key = attributes.MessageGroupId ?? null;
          return { key, value: Buffer.from(body), headers: {}, timestampMs: Number(attributes.SentTimestamp) };
        });
        await sink.send(TOPIC, records, Date.now() + 60_000);
      });
    const run = (work: () => Promise<void>) => ({ work, calls: BATCHES, prepare: queue.fill });
    const cpu = await withOutputDiscarded(() => pairAsync(run(relay), run(copy), ROUNDS));
    const micros = (perBatch: number) => (perBatch / BATCH).toFixed(0);
    const rate = (batches: number) => (batches * BATCH).toFixed(0);
    printFigures(
      'Router: receive ten messages, the handler, delete them; against a consumer that copies each to the topic instead',
      `Redis through the REST bridge, SQS and DynamoDB emulated in another thread, topics as files; median of ${ROUNDS} pairs of\n` +
        `${BATCHES} batches, one after the other, CPU time of the consumer's thread, Node ${process.version}`,
      [
        {
          what: 'CPU time an event',
          ratio: cpu.ratio,
          bound: null,
          detail: `${micros(cpu.subjectMicros.median)} against ${micros(cpu.baselineMicros.median)} µs`,
        },
        {
          what: 'events a second',
          ratio: cpu.rates.ratio,
          bound: { atLeast: 0.7 },
          detail: `${rate(cpu.rates.subjectRate.median)} against ${rate(cpu.rates.baselineRate.median)}`,
        },
      ],
    );
  });
