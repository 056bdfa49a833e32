import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { createHandler } from '../functions/dedup-router/handler.ts';
import { systemClock as clock } from '../lib/platform/clock.ts';
import { createLog } from '../lib/platform/logging.ts';
import { createKafkaSink } from '../lib/routing/kafka-sink.ts';
import type { TopicSink } from '../lib/routing/sink.ts';
import { parseStage } from '../lib/stage/parse.ts';
import { startBridge } from '../test/real/services/bridge.ts';
import { startKafka } from '../test/real/services/kafka.ts';
import { startRedis } from '../test/real/services/redis.ts';
import { BATCH, batchedQueue } from './batched-queue.ts';
import { withOutputDiscarded } from './discarded-output.ts';
import { LOCAL_CLIENT, startEmulators } from './emulators.ts';
import type { BenchOptions } from './options.ts';
import { type AsyncPairing, pairAsync } from './paired.ts';
import { type Figure, printFigures, printTable } from './report.ts';
import { cpuByPart } from './router-cpu.ts';
import { routerDeps } from './router-deps.ts';
import { type Services, withServices } from './services.ts';

const ROUNDS = 7;
const BATCHES = 80;
const SHORT = { rounds: 1, batches: 16 };
const AT_ONCE = [1, 4, 8];
const TOPIC = 'cxone.interactions.raw';
const stage = parseStage('bench', {});

/** The router's handler on its parts, against a consumer that copies each message to the same Kafka and knows nothing else. */
export const benchRouter = ({ short }: BenchOptions): Promise<void> =>
  withServices(async (services) => {
    const { rounds, batches } = short ? SHORT : { rounds: ROUNDS, batches: BATCHES };
    const { kept, atEnd } = services;
    const kafka = await kept(startKafka());
    const redis = await kept(startRedis());
    const bridge = await kept(startBridge(redis.url));
    const emulators = await kept(startEmulators());
    const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: emulators.sqsUrl });
    atEnd(() => sqs.destroy());
    const queue = batchedQueue(sqs, emulators.eventsUrl);

    const runsOf = async (atOnce: number) => {
      const lanes = Array.from({ length: atOnce });
      const routers = lanes.map(() => {
        const sink = kafkaSink(kafka.broker, services);
        return createHandler(routerDeps({ stage, emulators, redis: bridge, sink }));
      });
      const producers = await Promise.all(lanes.map(() => plainProducer(kafka.broker, services)));
      const run = (invoke: (lane: number, event: SQSEvent) => Promise<void>) => ({
        work: (lane: number) => queue.work((event) => invoke(lane, event)),
        calls: batches,
        atOnce,
        prepare: queue.fill,
      });
      const relay = run(async (lane, event) => {
        const answer = await routers[lane]?.(event, { getRemainingTimeInMillis: () => 60_000 });
        if (answer?.batchItemFailures.length !== 0) throw new Error('every event must be routed');
      });
      const copy = run(async (lane, event) => {
        await producers[lane]?.send({ topic: TOPIC, messages: copied(event), acks: -1 });
      });
      return { relay, copy };
    };
    const sizes = await Promise.all(AT_ONCE.map(async (atOnce) => ({ atOnce, ...(await runsOf(atOnce)) })));
    const figures: Figure[] = [];
    for (const { atOnce, relay, copy } of sizes)
      figures.push(...figuresOf(atOnce, await withOutputDiscarded(() => pairAsync(relay, copy, rounds))));
    printFigures(
      'Router: receive ten messages, the handler, delete them; against a consumer that copies each to the topic instead',
      `real Kafka; real Redis behind the REST bridge; SQS and DynamoDB emulated in another thread; median of ${rounds} pairs of\n` +
        `${batches} batches; CPU time of the consumer's thread alone, Node ${process.version}`,
      figures,
    );
    const most = sizes.at(-1);
    if (most === undefined) return;
    const { relay, copy, atOnce } = most;
    const rows = await withOutputDiscarded(() => cpuByPart({ kafka, redis, bridge, emulators }, relay, copy));
    printTable([`CPU time of an event, µs, ${atOnce} at once`, 'router', 'copier'], rows, 1);
  });

function kafkaSink(broker: string, { kept }: Services): TopicSink {
  const log = createLog('bench', stage.name);
  const { clientId, partitioner } = stage.kafka;
  const sink = createKafkaSink({
    brokers: [broker],
    clientId,
    tls: false,
    sasl: { mechanism: 'none' },
    partitioner,
    log,
    clock,
  });
  void kept(Promise.resolve({ stop: () => sink.close() }));
  return sink;
}

/** kafkajs as its manual has it: no guard against what its retries do. */
async function plainProducer(broker: string, { kept }: Services): Promise<Producer> {
  const producer = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR }).producer({ idempotent: true });
  await producer.connect();
  void kept(Promise.resolve({ stop: () => producer.disconnect() }));
  return producer;
}

const copied = ({ Records }: SQSEvent) =>
  Records.map(({ body, attributes }) => {
    const key = attributes.MessageGroupId ?? null;
    return { key, value: body, timestamp: attributes.SentTimestamp };
  });

function figuresOf(atOnce: number, { ratio, subjectMicros, baselineMicros, rates }: AsyncPairing): Figure[] {
  const micros = (perBatch: number) => (perBatch / BATCH).toFixed(0);
  const rate = (batches: number) => (batches * BATCH).toFixed(0);
  return [
    {
      what: `CPU time an event, ${atOnce} at once`,
      ratio,
      bound: null,
      detail: `${micros(subjectMicros.median)} against ${micros(baselineMicros.median)} µs`,
    },
    {
      what: `events a second, ${atOnce} at once`,
      ratio: rates.ratio,
      bound: { atLeast: 0.7 },
      detail: `${rate(rates.subjectRate.median)} against ${rate(rates.baselineRate.median)}`,
    },
  ];
}
