import type { SQSRecord } from 'aws-lambda';
import { createHandler } from '../../../functions/dedup-router/handler.ts';
import type { BloomWindow } from '../../../lib/dedup/bloom-window.ts';
import { createDeduplicator } from '../../../lib/dedup/deduplicator.ts';
import { bloomGeometry } from '../../../lib/dedup/geometry.ts';
import type { DncQueue } from '../../../lib/dnc/types.ts';
import type { QueuedEvent } from '../../../lib/events/event-queue.ts';
import { PoisonError, UnavailableError } from '../../../lib/platform/errors.ts';
import { createMetrics } from '../../../lib/platform/metrics.ts';
import type { Stage } from '../../../lib/stage/stage.ts';
import type { FakeClock } from '../clock.ts';
import { memoryBloomWindow } from '../dedup/memory-bloom-window.ts';
import { memoryFilterRecord } from '../dedup/memory-filter-record.ts';
import { memoryLedger } from '../dedup/memory-ledger.ts';
import { infoLog } from '../log.ts';
import { routerWorld } from '../router-world.ts';
import type { Faults } from './faults.ts';

interface Waiting {
  record: SQSRecord;
  sentAtMs: number;
  receives: number;
}

const WINDOW_MS = 72 * 3_600_000;
/** SQS may leave what was received more often out of the age of the oldest message. */
const RECEIVES_THAT_COUNT = 3;

/** The router on a queue in memory, with the gauges that SQS would publish of it. */
export function watchedRouter(stage: Stage, clock: FakeClock, faults: Faults, dncQueue: DncQueue) {
  const world = routerWorld();
  const bloom = faultyBloom(stage, clock, faults);
  const deps = {
    ...world.deps,
    clock,
    dncQueue,
    deduplicator: createDeduplicator({
      bloom: bloom.window,
      record: memoryFilterRecord(),
      ledger: memoryLedger(),
      clock,
      windowMs: WINDOW_MS,
      onFault: () => undefined,
    }),
    log: infoLog('dedup-router', stage.name),
    metrics: createMetrics('dedup-router', stage.name, clock),
  };
  world.sinkFaults.before = (_topic, records) => {
    const values = records.map(({ value }) => JSON.parse(Buffer.from(value).toString()));
    if (faults.contactFails && values.some(({ contactId, content }) => contactId === 'contact-5' && content === 0))
      throw new UnavailableError('kafka-unavailable', 'not this one');
    if (faults.poison && values.some(({ contactId, content }) => contactId === 'contact-4' && content === 1))
      throw new PoisonError('record-too-large', 'not this one, ever');
  };
  const handler = createHandler(deps);
  let waiting: Waiting[] = [];
  let lastMessage = 0;

  const workOnce = async (): Promise<void> => {
    for (const entry of waiting) entry.receives++;
    const failed: Waiting[] = [];
    const groups = Map.groupBy(waiting, ({ record }) => record.attributes.MessageGroupId ?? '');
    for (const group of groups.values()) {
      const Records = group.map(({ record, receives }) => withReceives(record, receives));
      const { batchItemFailures } = await handler({ Records }, { getRemainingTimeInMillis: () => 60_000 });
      const ids = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      failed.push(...group.filter(({ record }) => ids.has(record.messageId)));
    }
    waiting = failed;
  };

  return {
    take(event: QueuedEvent): void {
      const sentAtMs = clock.nowMs();
      waiting.push({ record: recordOf(event, `m${++lastMessage}`, sentAtMs), sentAtMs, receives: 0 });
    },
    async work(tick: number): Promise<void> {
      if (faults.filterFlushed && tick === 10) bloom.flush();
      await workOnce();
    },
    gauges() {
      const counted = waiting.filter(({ receives }) => receives <= RECEIVES_THAT_COUNT);
      const oldestMs = Math.min(clock.nowMs(), ...counted.map(({ sentAtMs }) => sentAtMs));
      return {
        visible: waiting.length + (faults.backlog ?? 0),
        oldestAgeSeconds: (clock.nowMs() - oldestMs) / 1000,
        parkedAtMs: world.parked.map(({ parkedAtMs }) => parkedAtMs),
      };
    },
  };
}

function faultyBloom(stage: Stage, clock: FakeClock, faults: Faults): { window: BloomWindow; flush(): void } {
  const eventsPerDay = faults.filterCapacity ?? stage.dedup.eventsPerDay;
  const memory = memoryBloomWindow({
    geometry: bloomGeometry({ ...stage.dedup, eventsPerDay }),
    windowMs: WINDOW_MS,
    clock,
  });
  return {
    flush: () => memory.generations.clear(),
    window: {
      capacity: memory.capacity,
      async check(request) {
        if (faults.filterAway) throw new UnavailableError('redis-unavailable', 'away');
        return memory.check(request);
      },
    },
  };
}

const withReceives = (record: SQSRecord, receives: number): SQSRecord => ({
  ...record,
  attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) },
});

const recordOf = ({ body, groupId }: QueuedEvent, messageId: string, sentAtMs: number): SQSRecord => ({
  messageId,
  receiptHandle: messageId,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(sentAtMs),
    SenderId: 'sender',
    ApproximateFirstReceiveTimestamp: String(sentAtMs),
    MessageGroupId: groupId,
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:events.fifo',
  awsRegion: 'us-east-1',
});
