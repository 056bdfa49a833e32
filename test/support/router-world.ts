import type { SQSRecord } from 'aws-lambda';
import type { RouterDeps, RouterSettings } from '../../functions/dedup-router/deps.ts';
import { createHandler } from '../../functions/dedup-router/handler.ts';
import { createDeduplicator } from '../../lib/dedup/deduplicator.ts';
import type { ParkedMessage } from '../../lib/platform/dead-letters.ts';
import type { OutgoingRecord, TopicSink } from '../../lib/routing/sink.ts';
import { parseStage } from '../../lib/stage/parse.ts';
import { fakeClock } from './clock.ts';
import { recordingLog } from './log.ts';
import { openFilterRecord, switchableLedger } from './memory-dedup-stores.ts';
import { memoryDncQueue } from './memory-dnc-queue.ts';
import { memoryInteractionStates } from './memory-interaction-states.ts';

const HOUR_MS = 3_600_000;

/** What a fault hook may throw before, or after, the records of a partition are written; the default is neither. */
export interface SinkFaults {
  before?: (topic: string, records: readonly OutgoingRecord[]) => void | Promise<void>;
  after?: (topic: string, records: readonly OutgoingRecord[]) => void;
}

/** Of four; records without a key go together. */
const partitionOf = ({ key }: OutgoingRecord) => (key === null ? 0 : Number.parseInt(key.slice(-1), 16) % 4);

/** The router's handler with everything around it in memory and a switch on every part. */
export function routerWorld(over: Partial<RouterSettings> = {}) {
  const clock = fakeClock();
  const log = recordingLog();
  const counts: Record<string, number> = {};
  const topics = new Map<string, OutgoingRecord[]>();
  const sends: { topic: string; size: number }[] = [];
  const sinkFaults: SinkFaults = {};
  const sink: TopicSink = {
    async send(topic, records, _deadlineMs, onConfirmed) {
      sends.push({ topic, size: records.length });
      const failures: unknown[] = [];
      for (const part of Map.groupBy(records, partitionOf).values()) {
        try {
          await sinkFaults.before?.(topic, part);
          topics.set(topic, [...(topics.get(topic) ?? []), ...part]);
          sinkFaults.after?.(topic, part);
          onConfirmed?.(part);
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
    async close() {},
  };
  const ledger = switchableLedger();
  const record = openFilterRecord();
  const newDeduplicator = () =>
    createDeduplicator({ bloom: undefined, record, ledger, clock, windowMs: 72 * HOUR_MS, onFault: () => {} });
  const parked: ParkedMessage[] = [];
  const delays = new Map<string, number>();
  const faults = { park: false, visibility: false, dnc: (_number: string) => false, state: (_id: string) => false };
  const dncQueue = memoryDncQueue();
  const interactionStates = memoryInteractionStates();
  const { states } = interactionStates;
  const stage = parseStage('test', {});
  const settings: RouterSettings = {
    routing: stage.routing,
    strategies: stage.dedup.strategies,
    interactionStateTopic: null,
    retry: stage.retry,
    ...over,
  };
  const deps: RouterDeps = {
    deduplicator: newDeduplicator(),
    sink,
    avroValues: undefined,
    dncQueue: {
      async put(event) {
        if (faults.dnc(event.phoneNumber)) throw new Error(`no write for ${event.phoneNumber}`); // as an SDK may quote it
        return dncQueue.put(event);
      },
    },
    interactionStates: {
      async put(state) {
        if (faults.state(state.interactionId)) throw new Error('dynamo away');
        return interactionStates.put(state);
      },
    },
    deadLetters: {
      async park(message) {
        if (faults.park) throw new Error('dead-letter queue away');
        parked.push(message);
      },
    },
    visibility: {
      async change(changes) {
        if (faults.visibility) throw new Error('sqs away');
        for (const { receiptHandle, delaySeconds } of changes) delays.set(receiptHandle, delaySeconds);
      },
    },
    calls: { until() {}, clear() {} },
    clock,
    log,
    metrics: {
      add: (name: string, value: number) => {
        counts[name] = (counts[name] ?? 0) + value;
      },
      flush: () => {},
    },
    settings,
  };
  let handler = createHandler(deps);

  return {
    clock,
    log,
    counts,
    topics,
    sends,
    sinkFaults,
    ledger,
    parked,
    delays,
    faults,
    dncQueue,
    states,
    settings,
    deps,
    /** Works one batch; answers the message ids that are to come back. */
    async work(records: readonly SQSRecord[], remainingMs = 60_000): Promise<string[]> {
      const endMs = clock.nowMs() + remainingMs;
      const context = { getRemainingTimeInMillis: () => endMs - clock.nowMs() };
      const answer = await handler({ Records: [...records] }, context);
      return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    /** A fresh process: nothing remembered. */
    restart() {
      deps.deduplicator = newDeduplicator();
      handler = createHandler(deps);
    },
    /** `content` of each record in a topic. */
    contents(topic = 'cxone.interactions.raw'): string[] {
      return (topics.get(topic) ?? []).map(({ value }) => JSON.parse(Buffer.from(value).toString()).content);
    },
    reasons: () => log.lines.filter(({ outcome }) => outcome !== undefined).map(({ reason }) => reason),
    outcomes: () => log.lines.filter(({ outcome }) => outcome !== undefined).map(({ outcome }) => outcome),
  };
}
