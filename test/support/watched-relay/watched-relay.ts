import { deadLetterQueueName, eventsQueueName, type FunctionName, functionName } from '../../../lib/stage/names.ts';
import type { Stage } from '../../../lib/stage/stage.ts';
import type { RunningSimulator } from '../../../local/simulator/server.ts';
import { memoryOutside } from '../../integration/dnc/support/outside.ts';
import { fakeClock } from '../clock.ts';
import { type Datapoint, emfOf } from '../emf.ts';
import { watchedBatcher } from './batcher.ts';
import { deleteSubscriptions, prepare, watchedReconciler, watchedRefresher } from './cxone.ts';
import { watchedDoor } from './door.ts';
import { watchedExporter } from './exporter.ts';
import type { Faults } from './faults.ts';
import { watchedRouter } from './router.ts';

/** A multiple of every alarm's period. */
const START_MS = Date.UTC(2026, 0, 31, 12);
export const TICK_MS = 300_000;
const HOUR_MS = 3_600_000;

export interface Watched {
  startMs: number;
  data: Datapoint[];
}

/**
 * The functions at work, for so many times five minutes: their own metrics as they write them, and AWS's of API, queues
 * and functions as they follow from what happened. The clock of each function stands at the tick's begin when it is run.
 */
export async function watchedRelay(
  stage: Stage,
  apiId: string,
  cxone: RunningSimulator,
  faults: Faults,
  ticks: number,
): Promise<Watched> {
  prepare(cxone, faults);
  const clocks = { door: fakeClock(), router: fakeClock(), batcher: fakeClock(), cxone: fakeClock() };
  const outside = memoryOutside(clocks.batcher);
  const router = watchedRouter(stage, clocks.router, faults, outside.queue);
  const door = watchedDoor(stage, clocks.door, faults, router.take);
  const batcher = watchedBatcher(stage, clocks.batcher, faults, outside);
  const reconciler = watchedReconciler(stage, clocks.cxone, cxone);
  const exporter = watchedExporter(stage, clocks.cxone, faults);
  const refresher = watchedRefresher(stage, clocks.cxone, faults, cxone);
  const data: Datapoint[] = [];

  const deadLetter = { QueueName: deadLetterQueueName(stage.name) };
  const parkedBefore = faults.parkedDaysAgo === undefined ? 0 : 1;
  for (let hour = 1; hour <= 24 * (faults.parkedDaysAgo ?? 0); hour++)
    data.push({
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: deadLetter,
      unit: 'Count',
      value: parkedBefore,
      atMs: START_MS - hour * HOUR_MS,
    });

  for (let tick = 0; tick < ticks; tick++) {
    const atMs = START_MS + tick * TICK_MS;
    for (const clock of Object.values(clocks)) clock.set(atMs);
    if (faults.subscriptionDeleted && tick === 10) deleteSubscriptions(cxone);
    const aws = (namespace: string, metric: string, dimensions: Record<string, string>, value: number) =>
      data.push({ namespace, metric, dimensions, unit: 'Count', value, atMs });
    const lambda = (name: FunctionName, metric: string, value: number) =>
      aws('AWS/Lambda', metric, { FunctionName: functionName(stage.name, name) }, value);

    const run = async (name: FunctionName, work: () => Promise<unknown>): Promise<void> => {
      if (faults.stopped === name) return;
      if (faults.throttled === name) {
        lambda(name, 'Throttles', 1);
        return;
      }
      let failed = faults.crashes === name;
      const emitted = failed ? [] : await emfOf(() => work().catch(() => (failed = true)));
      data.push(...emitted.map((point) => ({ ...point, atMs })));
      lambda(name, 'Errors', Number(failed));
      lambda(name, 'Throttles', 0);
    };

    let statuses: number[] = new Array(8).fill(503); // API Gateway's answer for a function that gives none
    await run('webhook-receiver', async () => {
      statuses = await door(tick);
    });
    aws('AWS/ApiGateway', '5xx', { ApiId: apiId }, statuses.filter((status) => status >= 500).length);
    await run('dedup-router', () => router.work(tick));
    await run('dnc-batcher', batcher);
    await run('subscription-reconciler', reconciler);
    await run('token-refresher', refresher);
    if (stage.telemetry.prometheus) await run('metrics-endpoint', async () => undefined); // it has no metrics of its own
    if (stage.telemetry.influx !== null) await run('influx-exporter', exporter);

    const { visible, oldestAgeSeconds, parkedAtMs } = router.gauges();
    const events = { QueueName: eventsQueueName(stage.name) };
    aws('AWS/SQS', 'ApproximateNumberOfMessagesVisible', events, visible);
    aws('AWS/SQS', 'ApproximateAgeOfOldestMessage', events, oldestAgeSeconds);
    aws('AWS/SQS', 'ApproximateNumberOfMessagesVisible', deadLetter, parkedAtMs.length + parkedBefore);
    aws('AWS/SQS', 'ApproximateAgeOfOldestMessage', deadLetter, (atMs - Math.min(atMs, ...parkedAtMs)) / 1000);
  }
  return { startMs: START_MS, data };
}
