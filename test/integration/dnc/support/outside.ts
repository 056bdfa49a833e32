import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDueWishes, type DueWishes } from '../../../../lib/dnc/due-wishes.ts';
import { createDncHistory, type DncHistory } from '../../../../lib/dnc/history.ts';
import { createPause, type Pause } from '../../../../lib/dnc/pause.ts';
import { type PendingSummary, pendingSummary } from '../../../../lib/dnc/pending-summary.ts';
import { createDncQueue } from '../../../../lib/dnc/queue.ts';
import { requeueFailed } from '../../../../lib/dnc/requeue.ts';
import { createSettlement, type Settlement } from '../../../../lib/dnc/settlement.ts';
import type { DncItem, DncQueue } from '../../../../lib/dnc/types.ts';
import type { Clock } from '../../../../lib/platform/clock.ts';
import { acquireLease, type HeldLease } from '../../../../lib/platform/lease.ts';
import { createTables, startDynamo } from '../../../support/dynalite.ts';
import { memoryDncTables } from '../../../support/memory-dnc-tables.ts';

/** All that the batcher keeps outside of itself. */
export interface Outside {
  queue: DncQueue;
  wishes: DueWishes;
  settlement: Settlement;
  history: DncHistory;
  pause: Pause;
  acquireLease(durationMs: number): Promise<HeldLease | undefined>;
  summary(): Promise<PendingSummary>;
  requeue(item: DncItem): Promise<boolean>;
  stop(): Promise<void>;
}

/** Real tables in an emulator of its own. */
export async function dynamoOutside(clock: Clock): Promise<Outside> {
  const { client, stop } = await startDynamo();
  await createTables(client, 'DncQueue', 'DncHistory', 'Control');
  return { ...tablesOf(client, clock), stop };
}

/** Tables that exist already. */
export function tablesOf(
  dynamo: Pick<DynamoDBClient, 'send'>,
  clock: Clock,
  onDamaged?: (error: unknown) => void,
): Omit<Outside, 'stop'> {
  const table = { dynamo, table: 'DncQueue', clock, ...(onDamaged && { onDamaged }) };
  const control = { dynamo, table: 'Control', clock };
  const history = createDncHistory({ dynamo, table: 'DncHistory', historyYears: 5, clock });
  return {
    queue: createDncQueue({ ...table, history }),
    wishes: createDueWishes(table),
    settlement: createSettlement(table),
    history,
    pause: createPause(control),
    acquireLease: (durationMs) => acquireLease({ ...control, name: 'dnc-batcher', owner: randomUUID(), durationMs }),
    summary: () => pendingSummary(table),
    requeue: (item) => requeueFailed({ ...table, history }, item),
  };
}

/** The same in memory, for thousands of numbers; the contract suites run on both. */
export function memoryOutside(clock: Clock): Outside {
  const { items, queue, wishes, settlement, history } = memoryDncTables();
  let pausedUntilMs = 0;
  let held = { owner: '', untilMs: 0 };
  return {
    queue,
    wishes,
    settlement,
    history,
    pause: {
      untilMs: async () => pausedUntilMs,
      set: async (untilMs) => {
        pausedUntilMs = untilMs;
      },
    },
    async acquireLease(durationMs) {
      if (held.untilMs >= clock.nowMs()) return undefined;
      const owner = randomUUID();
      const take = () => {
        held = { owner, untilMs: clock.nowMs() + durationMs };
      };
      take();
      return {
        async renew() {
          if (held.owner !== owner) return false;
          take();
          return true;
        },
        async release() {
          if (held.owner === owner) held = { owner: '', untilMs: 0 };
        },
      };
    },
    async summary() {
      const all = [...items.values()];
      const pending = all.filter(({ state }) => state === 'pending');
      const oldestMs = Math.min(clock.nowMs(), ...pending.map(({ receivedAtMs }) => receivedAtMs));
      return {
        pending: pending.length,
        failed: all.filter(({ state }) => state === 'failed').length,
        oldestPendingAgeSeconds: Math.floor((clock.nowMs() - oldestMs) / 1000),
      };
    },
    async requeue(item) {
      const now = items.get(item.phoneNumber);
      if (now?.state !== 'failed' || now.eventId !== item.eventId) return false;
      items.set(item.phoneNumber, {
        ...now,
        state: 'pending',
        attempts: 0,
        lastError: null,
        nextAttemptAtMs: now.receivedAtMs,
      });
      await history.append([{ ...item, type: 'requeued', atMs: clock.nowMs() }]);
      return true;
    },
    stop: async () => undefined,
  };
}
