import { createHandler as createRouter } from '../../functions/dedup-router/handler.ts';
import { createHandler as createReceiver } from '../../functions/webhook-receiver/handler.ts';
import { createDeduplicator } from '../../lib/dedup/deduplicator.ts';
import { bloomGeometry } from '../../lib/dedup/geometry.ts';
import { createIdentify } from '../../lib/events/identify.ts';
import { createLog } from '../../lib/platform/logging.ts';
import { createMetrics } from '../../lib/platform/metrics.ts';
import { parseStage } from '../../lib/stage/parse.ts';
import { gatewayEvent, SECRET } from '../integration/webhook-receiver/support/gateway-event.ts';
import { memoryBloomWindow } from './dedup/memory-bloom-window.ts';
import { memoryFilterRecord } from './dedup/memory-filter-record.ts';
import { memoryLedger } from './dedup/memory-ledger.ts';
import { contactAction, queued } from './queued-events.ts';
import { routerWorld } from './router-world.ts';

const WINDOW_MS = 72 * 3_600_000;
/** Lambda sets it at every invocation, and the logger adds its trace id to each line. */
const TRACE_ID = 'Root=1-67c9a1b2-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0;Lineage=1:01234567:0';

/** Bytes that a run wrote to standard output, as CloudWatch would take them. */
export interface LogLines {
  /** Wide lines, one an outcome. */
  outcome: string[];
  emf: string[];
}

/** Lines of one accepted contact action of about `bytes`, by the real handler, logger and metrics. */
export async function receiverLines(bytes: number): Promise<LogLines> {
  const stage = parseStage('prod', {
    kafka: { brokers: ['kafka-1.example.com:9096'] },
    cxone: { baseUrl: 'https://cxone.example.com' },
  });
  const receive = createReceiver({
    authentication: stage.authentication,
    routing: stage.routing,
    maxEventBytes: stage.maxEventBytes,
    identify: createIdentify({ transientFields: stage.dedup.transientFields, toE164: (text) => text }),
    schemas: undefined,
    secrets: { get: async () => ({ current: SECRET }), refetch: async () => false },
    queue: { send: async () => {} },
    clock: { nowMs: () => Date.now(), sleep: async () => {} },
    log: createLog('webhook-receiver', 'prod'),
    metrics: createMetrics('webhook-receiver', 'prod'),
  });
  const event = { actionType: 'INTERACTION_CREATED', contactId: '9f2d6c1e-4b7a-4c53-8e0f-1a2b3c4d5e6f', filling: '' };
  const body = JSON.stringify({ ...event, filling: 'x'.repeat(bytes - JSON.stringify(event).length) });
  return captured(async () => {
    const answer = await receive(gatewayEvent({ body }), { getRemainingTimeInMillis: () => 15_000 });
    if (answer.statusCode !== 202) throw new Error(`answered ${answer.statusCode}`);
  });
}

/** What the router asked of its stores for one batch, and the lines it wrote. */
export interface BatchUsage {
  lines: LogLines;
  /** Metrics that a minute has collected, this batch's and those of the batches before it since the last such line. */
  collected: string[];
  bloomCalls: number;
  recordReads: number;
  ledgerReads: number;
  ledgerWrites: number;
  sends: number;
}

/** A batch of new events and repeats of events routed before, in a world where the filter has been trusted for long. */
export async function batchUsage({
  fresh,
  repeats,
  batches = 1,
}: {
  fresh: number;
  repeats: number;
  /** Like it, one after the other; what is told of lines and calls is of the last. */
  batches?: number;
}): Promise<BatchUsage> {
  const world = routerWorld();
  const { clock } = world;
  const used = { bloomCalls: 0, recordReads: 0, ledgerReads: 0, ledgerWrites: 0 };
  const [bloom, record, ledger] = [
    memoryBloomWindow({
      geometry: bloomGeometry({ eventsPerDay: 100_000, falsePositiveRate: 0.001 }),
      windowMs: WINDOW_MS,
      clock,
    }),
    memoryFilterRecord(),
    memoryLedger(),
  ];
  const deduplicator = createDeduplicator({
    bloom: {
      ...bloom,
      check(request) {
        used.bloomCalls++;
        return bloom.check(request);
      },
    },
    record: {
      ...record,
      read() {
        used.recordReads++;
        return record.read();
      },
    },
    ledger: {
      ...ledger,
      find(keys) {
        used.ledgerReads += keys.size;
        return ledger.find(keys);
      },
      commit(originals, deadlineMs) {
        used.ledgerWrites += originals.size;
        return ledger.commit(originals, deadlineMs);
      },
    },
    clock,
    windowMs: WINDOW_MS,
    onFault: () => {},
  });
  const deps = {
    ...world.deps,
    deduplicator,
    log: createLog('dedup-router', 'prod'),
    metrics: createMetrics('dedup-router', 'prod', clock),
  };
  const route = createRouter(deps);
  const context = { getRemainingTimeInMillis: () => 60_000 };
  const event = (n: number) =>
    queued(contactAction(`9f2d6c1e-4b7a-4c53-8e0f-1a2b3c4d5${100 + n}`, `event ${n}`, clock.nowMs()), {
      messageId: `11111111-2222-3333-4444-5555555555${10 + (n % 90)}`,
    });
  const repeated = () => Array.from({ length: repeats }, (_, n) => event(n));
  const batch = (n: number) => [
    ...Array.from({ length: fresh }, (_, index) => event(200 + 10 * n + index)),
    ...repeated(),
  ];
  // the first batch lists the generation; a window later the filter's "new" is believed
  await captured(async () => {
    await route({ Records: [event(500)] }, context);
    clock.advance(WINDOW_MS + 3_600_000);
    await route({ Records: [event(501)] }, context);
    if (repeats > 0) await route({ Records: repeated() }, context);
    for (let earlier = 1; earlier < batches; earlier++) await route({ Records: batch(earlier) }, context);
  });
  Object.assign(used, { bloomCalls: 0, recordReads: 0, ledgerReads: 0, ledgerWrites: 0 });
  const before = world.sends.length;
  const lines = await captured(async () => {
    const { batchItemFailures } = await route({ Records: batch(0) }, context);
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} were to be retried`);
  });
  clock.advance(60_000);
  const { emf: collected } = await captured(async () => deps.metrics.flush());
  return { ...used, lines, collected, sends: world.sends.length - before };
}

async function captured(work: () => Promise<void>): Promise<LogLines> {
  const { stdout, env } = process;
  const [write, traceId] = [stdout.write, env._X_AMZN_TRACE_ID];
  let text = '';
  env._X_AMZN_TRACE_ID = TRACE_ID;
  stdout.write = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  try {
    await work();
  } finally {
    stdout.write = write;
    if (traceId === undefined) delete env._X_AMZN_TRACE_ID;
    else env._X_AMZN_TRACE_ID = traceId;
  }
  const lines = text.split('\n').filter((line) => line !== '');
  return {
    outcome: lines.filter((line) => !line.startsWith('{"_aws"')),
    emf: lines.filter((line) => line.startsWith('{"_aws"')),
  };
}
