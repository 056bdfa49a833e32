import type { DueWishes } from '../../lib/dnc/due-wishes.ts';
import type { DncHistory } from '../../lib/dnc/history.ts';
import type { HistoryEntry } from '../../lib/dnc/history-entry.ts';
import type { Settlement } from '../../lib/dnc/settlement.ts';
import type { DncEvent, DncItem, DncQueue } from '../../lib/dnc/types.ts';

export interface MemoryDncTables {
  items: Map<string, DncItem>;
  queue: DncQueue;
  wishes: DueWishes;
  settlement: Settlement;
  history: DncHistory;
}

/** DNC queue and history in memory, by the rules of the tables; every answer comes a turn later, as a network's would. */
export function memoryDncTables(): MemoryDncTables {
  const items = new Map<string, DncItem>();
  const story = new Map<string, HistoryEntry[]>();

  const change = (sent: DncItem, changes: Partial<DncItem>, notBeforeMs: number): boolean => {
    const item = items.get(sent.phoneNumber);
    if (!item) return false;
    const raised = Math.max(item.notBeforeMs, notBeforeMs);
    const applies = item.state === 'pending' && item.eventId === sent.eventId;
    items.set(sent.phoneNumber, { ...item, ...(applies && changes), notBeforeMs: raised });
    return applies;
  };

  return {
    items,
    queue: {
      async put(event) {
        const former = items.get(event.phoneNumber);
        const effectiveAtMs = Math.min(Date.parse(event.eventTime), event.receivedAtMs);
        if (former?.eventId === event.eventId) return 'unchanged';
        if (former && !isAbove({ ...event, effectiveAtMs }, former)) return 'superseded';
        items.set(event.phoneNumber, pendingItem(event, effectiveAtMs, former?.notBeforeMs ?? 0));
        return 'queued';
      },
    },
    wishes: {
      async *due(dueByMs) {
        const due = [...items.values()].filter((item) => item.state === 'pending' && item.nextAttemptAtMs <= dueByMs);
        due.sort((a, b) => a.nextAttemptAtMs - b.nextAttemptAtMs);
        for (const { phoneNumber } of due) yield phoneNumber;
      },
      read: async (numbers) => structuredClone(numbers.flatMap((phoneNumber) => items.get(phoneNumber) ?? [])),
    },
    settlement: {
      confirm: async (item, { nowMs, notBeforeMs }) =>
        change(item, { state: 'synced', confirmedAtMs: nowMs, lastError: null }, notBeforeMs),
      retryLater: async (item, { nextAttemptAtMs, notBeforeMs, attempts, lastError }) =>
        change(item, { nextAttemptAtMs, attempts, ...(lastError !== null && { lastError }) }, notBeforeMs),
      fail: async (item, { nowMs, notBeforeMs, reason }) => {
        const attempts = item.attempts + 1;
        return change(item, { state: 'failed', attempts, lastError: reason, nextAttemptAtMs: nowMs }, notBeforeMs);
      },
    },
    history: {
      async append(entries) {
        for (const entry of entries) {
          const former = story.get(entry.phoneNumber);
          if (former) former.push(entry);
          else story.set(entry.phoneNumber, [entry]);
        }
      },
      read: async (phoneNumber) => story.get(phoneNumber) ?? [],
    },
  };
}

function pendingItem(event: DncEvent, effectiveAtMs: number, notBeforeMs: number): DncItem {
  return {
    ...event,
    effectiveAtMs,
    state: 'pending',
    attempts: 0,
    nextAttemptAtMs: event.receivedAtMs,
    notBeforeMs,
    lastError: null,
    confirmedAtMs: null,
  };
}

type Rank = Pick<DncItem, 'effectiveAtMs' | 'preference' | 'eventId'>;

function isAbove(a: Rank, b: Rank): boolean {
  if (a.effectiveAtMs !== b.effectiveAtMs) return a.effectiveAtMs > b.effectiveAtMs;
  if (a.preference !== b.preference) return a.preference === 'optOut';
  return a.eventId > b.eventId;
}
