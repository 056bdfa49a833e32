import { fullJitterMs } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/logging.ts';
import { maskPhoneNumber } from '../platform/masking.ts';
import { allSettled } from './all-settled.ts';
import type { Group, Sendable } from './group.ts';
import type { DncHistory } from './history.ts';
import type { HistoryEntry, HistoryType } from './history-entry.ts';
import type { Settlement } from './settlement.ts';

export interface FatesSettings {
  settlement: Settlement;
  history: DncHistory;
  maxAttempts: number;
  clock: Clock;
  log: Log;
  random: () => number;
}

/** What one run has come to so far. */
export interface Tally {
  /** Numbers that left in at least one request. */
  sent: number;
  confirmed: number;
  /** Numbers whose last attempt was refused. */
  failed: number;
  requests: number;
  /** Of each confirmed wish: from the event (never later than its receipt) to the confirmation. */
  eventToConfirmationSeconds: number[];
}

export function emptyTally(): Tally {
  return { sent: 0, confirmed: 0, failed: 0, requests: 0, eventToConfirmationSeconds: [] };
}

/** Between refusals of one contact: half a minute or so, doubling to half an hour or an hour. */
const REFUSAL_BACKOFF = { firstDelayMs: 30_000, maxDelayMs: 1_800_000 };
/**
 * A contact on which CXone fails alone waits the least at first, for CXone may only have stumbled and the wish may have waited
 * for hours already; then as long again as its wish has waited, within these.
 */
const ALONE_WAIT_MS = { least: 120_000, most: 1_800_000 };
/** Held-back numbers come back spread out, so that they do not share a batch for ever. */
const SPREAD_MS = 60_000;

/**
 * Gives each wish its fate: first the history, then the item, so that a crash in between tells the story twice rather than
 * never. An item that holds a newer wish by now is left alone; that wish is pending by itself.
 */
export function createFates(settings: FatesSettings, tally: Tally) {
  const { settlement, history, maxAttempts, clock, log, random } = settings;
  const jittered = (ms: number): number => Math.round(ms * (0.5 + random() / 2));

  return {
    async confirm(members: readonly Sendable[], notBeforeMs: number, requestId: string): Promise<void> {
      const nowMs = clock.nowMs();
      await history.append(members.map(({ item }) => entryOf(item, 'confirmed', nowMs, { requestId })));
      await allSettled(members, async ({ item }) => {
        if (!(await settlement.confirm(item, { nowMs, notBeforeMs }))) return;
        tally.confirmed++;
        tally.eventToConfirmationSeconds.push((nowMs - item.effectiveAtMs) / 1000);
      });
    },

    /** CXone refused this very contact: one attempt. */
    async refuse({ item }: Sendable, notBeforeMs: number, requestId: string, reason: string): Promise<void> {
      const nowMs = clock.nowMs();
      const attempts = item.attempts + 1;
      const last = attempts >= maxAttempts;
      const refused = entryOf(item, 'refused', nowMs, { requestId, detail: reason });
      await history.append(last ? [refused, { ...refused, type: 'failed' }] : [refused]);
      log.warn(last ? 'DNC number failed' : 'DNC contact refused', {
        phoneNumber: maskPhoneNumber(item.phoneNumber),
        attempts,
        maxAttempts,
        reason,
        requestId,
      });
      if (last) {
        if (await settlement.fail(item, { nowMs, notBeforeMs, reason })) tally.failed++;
        return;
      }
      const waitMs = REFUSAL_BACKOFF.firstDelayMs + fullJitterMs(attempts, REFUSAL_BACKOFF, random);
      const nextAttemptAtMs = Math.max(notBeforeMs, nowMs + waitMs);
      await settlement.retryLater(item, { nextAttemptAtMs, notBeforeMs, attempts, lastError: reason });
    },

    /** No refusal, but CXone fails on it when it is alone: no attempt; it goes on trying, apart and ever more seldom. */
    async keepApart({ members, notBeforeMs }: Group, reason: string): Promise<void> {
      const nowMs = clock.nowMs();
      await allSettled(members, async ({ item }) => {
        const { attempts, receivedAtMs } = item;
        const againMs = item.lastError === null ? 0 : nowMs - receivedAtMs;
        const waitMs = Math.min(ALONE_WAIT_MS.most, Math.max(ALONE_WAIT_MS.least, againMs));
        const nextAttemptAtMs = Math.max(notBeforeMs, nowMs + jittered(waitMs));
        await settlement.retryLater(item, { nextAttemptAtMs, notBeforeMs, attempts, lastError: reason });
        log.warn('CXone fails on one DNC contact alone', { phoneNumber: maskPhoneNumber(item.phoneNumber), reason });
      });
    },

    /** Nothing is known against these: only a request of theirs may still be executed. */
    async holdBack({ members, notBeforeMs }: Group): Promise<void> {
      if (notBeforeMs <= clock.nowMs()) return;
      await allSettled(members, async ({ item }) => {
        const nextAttemptAtMs = notBeforeMs + Math.floor(random() * SPREAD_MS);
        await settlement.retryLater(item, { nextAttemptAtMs, notBeforeMs, attempts: item.attempts, lastError: null });
      });
    },
  };
}
export type Fates = ReturnType<typeof createFates>;

function entryOf(
  { phoneNumber, eventId, preference, eventTime }: Sendable['item'],
  type: HistoryType,
  atMs: number,
  more: { requestId: string; detail?: string },
): HistoryEntry {
  return { phoneNumber, eventId, preference, eventTime, type, atMs, ...more };
}
