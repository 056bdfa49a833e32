import { createHandler } from '../../../functions/dnc-batcher/handler.ts';
import { createAuditTrail } from '../../../lib/audit/trail.ts';
import { drain } from '../../../lib/dnc/drain.ts';
import { DEFAULT_LATENESS, DEFAULT_LEASE_MS } from '../../../lib/dnc/lease-cover.ts';
import { createMetrics } from '../../../lib/platform/metrics.ts';
import type { Stage } from '../../../lib/stage/stage.ts';
import { memoryDncApi } from '../../integration/dnc/support/memory-dnc-api.ts';
import type { Outside } from '../../integration/dnc/support/outside.ts';
import type { FakeClock } from '../clock.ts';
import { recordingLog } from '../log.ts';
import { memoryAuditStore } from '../memory-audit-store.ts';
import type { Faults } from './faults.ts';
import { flushing } from './flushing.ts';

const KEYS = { key: 'a-key-of-more-than-16-characters' };

/** The batcher on tables in memory and CXone's outbound form in memory. */
export function watchedBatcher(
  stage: Stage,
  clock: FakeClock,
  faults: Faults,
  outside: Outside,
): () => Promise<unknown> {
  const log = recordingLog();
  const api = memoryDncApi(clock);
  if (faults.dncAway) api.fault = () => ({ kind: 'status', status: 500 });
  if (faults.numberRefused) api.refused.set('+14155552003', 'not a number of this tenant');
  const settings = {
    ...outside,
    api,
    audit: createAuditTrail({ store: memoryAuditStore(), stream: 'dnc', keys: async () => KEYS, clock, log }),
    batchSize: stage.dnc.batchSize,
    maxAttempts: stage.dnc.maxAttempts,
    lateness: DEFAULT_LATENESS,
    clock,
    log,
    random: () => 0.5,
  };
  const metrics = createMetrics('dnc-batcher', stage.name);
  const handler = createHandler({
    acquireLease: () => outside.acquireLease(DEFAULT_LEASE_MS),
    leaseMs: DEFAULT_LEASE_MS,
    drain: (run, tally) => drain(settings, run, tally),
    summary: outside.summary,
    longestRequestMs: DEFAULT_LATENESS.beginMs + DEFAULT_LATENESS.timeoutMs,
    clock,
    log,
    metrics,
  });
  return flushing(metrics, () => handler(undefined, { getRemainingTimeInMillis: () => 300_000 }));
}
