import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createHandler } from '../../functions/dedup-router/handler.ts';
import { createTopicLogSink } from '../../lib/routing/topic-log.ts';
import { parseStage } from '../../lib/stage/parse.ts';
import { startBridge } from '../../test/real/services/bridge.ts';
import { startRedis } from '../../test/real/services/redis.ts';
import { BATCH, batchedQueue } from '../batched-queue.ts';
import { withOutputDiscarded } from '../discarded-output.ts';
import { LOCAL_CLIENT, startEmulators } from '../emulators.ts';
import { pairAsync } from '../paired.ts';
import type { Figure } from '../report.ts';
import { routerDeps } from '../router-deps.ts';
import { withServices } from '../services.ts';
import { type GrowthSizes, grown } from './grown.ts';

const BATCHES = 20;
const stage = parseStage('bench', {});

/** Ten times as many batches by one process, one after the other; topics as files. */
export const routerGrowth = ({ rounds, smaller }: GrowthSizes): Promise<Figure> =>
  withServices(async ({ kept, atEnd }) => {
    const redis = await kept(startRedis());
    const bridge = await kept(startBridge(redis.url));
    const emulators = await kept(startEmulators());
    const dir = mkdtempSync(join(tmpdir(), 'relay-bench-'));
    atEnd(() => rmSync(dir, { recursive: true }));
    const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: emulators.sqsUrl });
    atEnd(() => sqs.destroy());
    const router = createHandler(routerDeps({ stage, emulators, redis: bridge, sink: createTopicLogSink({ dir }) }));
    const queue = batchedQueue(sqs, emulators.eventsUrl);
    const work = () =>
      queue.work(async (event) => {
        const { batchItemFailures } = await router(event, { getRemainingTimeInMillis: () => 60_000 });
        if (batchItemFailures.length > 0) throw new Error('every event must be routed');
      });
    const run = (calls: number) => ({ work, calls, prepare: queue.fill });
    const batches = BATCHES / smaller;
    const { ratio, subjectMicros, baselineMicros } = await withOutputDiscarded(() =>
      pairAsync(run(10 * batches), run(batches), rounds),
    );
    const micros = (aBatch: number) => (aBatch / BATCH).toFixed(0);
    return grown(
      'router: CPU time, 10 × the batches',
      ratio,
      `${micros(subjectMicros.median)} : ${micros(baselineMicros.median)} µs an event`,
    );
  });
